/*-------------------------------------------------------------------------
 *
 * test/unit/http_retry_test.c
 *	  Retry-After, back-off, what to do after a request, and clean text.
 *
 * sources: src/http/retry.c src/http/text.c
 * libs: -isystem $(${PG_CONFIG:-pg_config} --includedir-server) -L$(${PG_CONFIG:-pg_config} --pkglibdir) -lpgcommon -lpgport
 *
 *-------------------------------------------------------------------------
 */
#include "http_server.h"

#include <limits.h>

#include "common/pg_prng.h"
#include "http/retry.h"
#include "tap.h"

/* 15 June 2024, 12:00:00 UTC, in ms */
#define NOW (INT64CONST(1718452800) * 1000)

typedef struct AfterCase
{
	const char *text;
	int64 ms;
} AfterCase;

static const AfterCase afters[] = {
	{NULL, -1},
	{"", -1},
	{"0", 0},
	{"7", 7000},
	{"0120", 120000},
	{"99999999999999999999999", INT64CONST(180) * 24 * 3600 * 1000},
	{"-5", -1},
	{"1.5", -1},
	{"soon", -1},
	{"Sat, 15 Jun 2024 12:00:30 GMT", 30000},
	{"Sat, 15 Jun 2024 11:00:00 GMT", 0},
	{"Saturday, 15-Jun-24 12:01:00 GMT", 60000},
	{"Sat Jun 15 12:00:05 2024", 5000},
	{"Sat, 15 Jun 2124 12:00:00 GMT", INT64CONST(180) * 24 * 3600 * 1000},
};

typedef struct StatusCase
{
	int first;
	int last;
	PendoRetryAction action;
	bool throttled;
} StatusCase;

static const StatusCase statuses[] = {
	{200, 206, PENDO_RETRY_ACCEPT, false},
	{300, 308, PENDO_RETRY_GIVE_UP, false},
	{400, 407, PENDO_RETRY_GIVE_UP, false},
	{408, 408, PENDO_RETRY_SMALLER, false},
	{409, 422, PENDO_RETRY_GIVE_UP, false},
	{423, 423, PENDO_RETRY_AGAIN, false},
	{424, 424, PENDO_RETRY_GIVE_UP, false},
	{425, 425, PENDO_RETRY_AGAIN, false},
	{429, 429, PENDO_RETRY_AGAIN, true},
	{431, 476, PENDO_RETRY_GIVE_UP, false},
	{477, 477, PENDO_RETRY_AGAIN, true},
	{478, 499, PENDO_RETRY_GIVE_UP, false},
	{500, 500, PENDO_RETRY_AGAIN, false},
	{501, 501, PENDO_RETRY_GIVE_UP, false},
	{502, 503, PENDO_RETRY_AGAIN, false},
	{504, 504, PENDO_RETRY_SMALLER, false},
	{520, 599, PENDO_RETRY_AGAIN, false},
	{600, 999, PENDO_RETRY_GIVE_UP, false},
};

typedef struct ResultCase
{
	PendoHttpResult result;
	PendoRetryAction action;
} ResultCase;

static const ResultCase results[] = {
	{PENDO_HTTP_REFUSED_URL, PENDO_RETRY_GIVE_UP},
	{PENDO_HTTP_PROXY, PENDO_RETRY_AGAIN},
	{PENDO_HTTP_DNS, PENDO_RETRY_AGAIN},
	{PENDO_HTTP_CONNECT, PENDO_RETRY_AGAIN},
	{PENDO_HTTP_TLS, PENDO_RETRY_GIVE_UP},
	{PENDO_HTTP_CONNECT_TIMEOUT, PENDO_RETRY_AGAIN},
	{PENDO_HTTP_FIRST_BYTE_TIMEOUT, PENDO_RETRY_SMALLER},
	{PENDO_HTTP_STALLED, PENDO_RETRY_AGAIN},
	{PENDO_HTTP_CUT, PENDO_RETRY_AGAIN},
	{PENDO_HTTP_TOO_LARGE, PENDO_RETRY_SMALLER},
	{PENDO_HTTP_PROTOCOL, PENDO_RETRY_AGAIN},
};

typedef struct TextCase
{
	const char *text;
	int limit;
	const char *expected;
} TextCase;

static const TextCase texts[] = {
	{"", 10, ""},
	{"plain", 10, "plain"},
	{"  a\t\r\n b\x01"
	 "c ",
	 20, "a b c"},
	{"0123456789abc", 10, "0123456789..."},
	{"0123456789", 10, "0123456789"},
	{"\xc3\xa4\xc3\xb6\xc3\xbc", 2, "\xc3\xa4\xc3\xb6..."},
	{"a\xff"
	 "b\xc3",
	 10, "a?b?"},
	{"\xed\xa0\x80"
	 "x",
	 10, "???x"},
	{"\xc0\xaf", 10, "??"},
	{"a\xe2\x80\xae"
	 "b",
	 10, "a?b"},
	{"\xc2\x9b"
	 "31m",
	 10, "?31m"},
	{"\x1b[31mred", 20, "[31mred"},
	{"<html><head><title>t</title><style>p{}</style></head>"
	 "<body><h1>Bad</h1><p>gate&amp;way</p></body></html>",
	 40, "Bad gate&amp;way"},
	{"<!DOCTYPE html>\n<script>alert(1)</script>text", 40, "text"},
	{"<header>x</header>", 40, "x"},
	{"<", 10, ""},
	{"<script", 10, ""},
	{"{\"a\": \"<b>\"}", 20, "{\"a\": \"<b>\"}"},
};

static void
test_after(void)
{
	for (size_t i = 0; i < lengthof(afters); i++)
		tap_ok(pendo_retry_after(afters[i].text, NOW) == afters[i].ms,
			   "Retry-After \"%s\"",
			   afters[i].text ? afters[i].text : "(none)");

	/* a date counts from the very moment, not from its second's begin */
	tap_ok(pendo_retry_after("Sat, 15 Jun 2024 12:00:02 GMT", NOW + 3) == 1997,
		   "a date, within a second");
}

static void
test_decisions(void)
{
	PendoRetryPolicy policy = {.max_attempts = 3,
							   .base_delay = 100,
							   .max_delay = 10000};

	for (size_t i = 0; i < lengthof(statuses); i++)
	{
		bool right = true;

		for (int status = statuses[i].first; status <= statuses[i].last;
			 status++)
		{
			PendoHttpOutcome outcome = {.result = PENDO_HTTP_OK,
										.status = status};
			PendoRetryDecision d = pendo_retry_decide(&policy, 1, &outcome,
													  NULL);

			right &= d.action == statuses[i].action &&
					 d.throttled == statuses[i].throttled;
		}
		tap_ok(right, "statuses %d to %d", statuses[i].first, statuses[i].last);
	}
	for (size_t i = 0; i < lengthof(results); i++)
	{
		PendoHttpOutcome outcome = {.result = results[i].result};

		tap_ok(pendo_retry_decide(&policy, 1, &outcome, NULL).action ==
				   results[i].action,
			   "result %d", (int) results[i].result);
		outcome.status = 200;
		tap_ok(pendo_retry_decide(&policy, 1, &outcome, NULL).action !=
				   PENDO_RETRY_ACCEPT,
			   "result %d is not accepted for a good status",
			   (int) results[i].result);
		tap_ok(pendo_retry_decide(&policy, 3, &outcome, NULL).action ==
				   (results[i].action == PENDO_RETRY_SMALLER
						? PENDO_RETRY_SMALLER
						: PENDO_RETRY_GIVE_UP),
			   "result %d, last attempt", (int) results[i].result);
	}
}

static void
test_lost_kept(void)
{
	PendoRetryPolicy policy = {.max_attempts = 1,
							   .base_delay = 100,
							   .max_delay = 10000};
	PendoHttpOutcome outcome = {.result = PENDO_HTTP_CUT};
	PendoRetryDecision d = pendo_retry_decide(&policy, 1, &outcome, NULL);

	tap_ok(d.action == PENDO_RETRY_GIVE_UP && !d.is_free, "a cut counts");
	outcome.lost_kept = true;
	d = pendo_retry_decide(&policy, 1, &outcome, NULL);
	tap_ok(d.action == PENDO_RETRY_AGAIN && d.is_free && d.delay == 0 &&
			   !d.throttled,
		   "a kept connection that ended does not");
}

static void
test_proxy(void)
{
	PendoRetryPolicy policy = {.max_attempts = 3,
							   .base_delay = 100,
							   .max_delay = 10000};
	PendoHttpOutcome outcome = {.result = PENDO_HTTP_PROXY, .from_proxy = true};

	outcome.status = 407;
	tap_ok(pendo_retry_decide(&policy, 1, &outcome, NULL).action ==
			   PENDO_RETRY_GIVE_UP,
		   "a proxy's 407 is final");
	outcome.status = 504;
	tap_ok(pendo_retry_decide(&policy, 1, &outcome, NULL).action ==
			   PENDO_RETRY_AGAIN,
		   "a proxy's 504 does not ask for less");
	outcome.status = 429;
	tap_ok(!pendo_retry_decide(&policy, 1, &outcome, NULL).throttled,
		   "a proxy's 429 holds nobody with the key");
}

static void
test_delays(void)
{
	PendoRetryPolicy policy = {.max_attempts = 100,
							   .base_delay = 100,
							   .max_delay = 5000};
	PendoHttpOutcome busy = {.result = PENDO_HTTP_OK, .status = 500};
	PendoHttpOutcome throttled = {.result = PENDO_HTTP_OK, .status = 429};
	PendoRetryDecision d;

	for (int attempt = 1; attempt <= 90; attempt += attempt < 8 ? 1 : 40)
	{
		int64 bound = attempt > 6 ? 5000 : Min(100 << (attempt - 1), 5000);
		int64 least = PG_INT64_MAX;
		int64 most = -1;
		bool half = true;

		for (int i = 0; i < 2000; i++)
		{
			d = pendo_retry_decide(&policy, attempt, &busy, NULL);
			least = Min(least, d.delay);
			most = Max(most, d.delay);
			d = pendo_retry_decide(&policy, attempt, &throttled, NULL);
			half &= d.delay >= bound / 2 && d.delay <= bound;
		}
		tap_ok(least >= 0 && least < bound / 10 && most <= bound &&
				   most > bound * 9 / 10,
			   "attempt %d: anything up to %d ms", attempt, (int) bound);
		tap_ok(half, "attempt %d: at least half of it if throttled", attempt);
	}
	d = pendo_retry_decide(&policy, 1, &throttled, "3");
	tap_ok(d.action == PENDO_RETRY_AGAIN && d.delay == 3000,
		   "Retry-After is obeyed");
	d = pendo_retry_decide(&policy, 1, &throttled, "5");
	tap_ok(d.action == PENDO_RETRY_AGAIN && d.delay == 5000, "up to the limit");
	d = pendo_retry_decide(&policy, 1, &throttled, "6");
	tap_ok(d.action == PENDO_RETRY_GIVE_UP && d.delay == 6000 && d.throttled,
		   "beyond it the wait is told, and not begun");
	busy.status = 503;
	d = pendo_retry_decide(&policy, 1, &busy, "2");
	tap_ok(d.delay == 2000 && !d.throttled, "503 may ask for time, too");
	busy.status = 500;
	d = pendo_retry_decide(&policy, 1, &busy, "2");
	tap_ok(d.delay <= 100, "500 may not");
	policy.base_delay = policy.max_delay = 0;
	tap_ok(pendo_retry_decide(&policy, 50, &busy, NULL).delay == 0,
		   "no delay at all");
	policy.base_delay = policy.max_delay = INT_MAX;
	tap_ok(pendo_retry_decide(&policy, 99, &busy, NULL).delay >= 0,
		   "no overflow");
}

static void
test_text(void)
{
	char *text;

	for (size_t i = 0; i < lengthof(texts); i++)
	{
		size_t length = strlen(texts[i].text);
		char *exact = malloc(length); /* a byte beyond is found by ASan */

		memcpy(exact, texts[i].text, length);
		text = pendo_http_clean_text(exact, length, texts[i].limit);
		if (!tap_ok(strcmp(text, texts[i].expected) == 0, "text %d", (int) i))
			printf("# %s\n", text);
		free(exact);
	}
	text = pendo_http_clean_text("a\0b", 3, 10);
	tap_ok(strcmp(text, "a b") == 0, "a NUL within");
}

int
main(void)
{
	pg_prng_seed(&pg_global_prng_state, 4711);
	test_after();
	test_decisions();
	test_lost_kept();
	test_proxy();
	test_delays();
	test_text();
	return tap_done();
}
