/*-------------------------------------------------------------------------
 *
 * http/fetch.c
 *	  One whole answer in memory, for small documents.
 *
 * Every wait, for the budget, the network or the next attempt, is a
 * pendo_http_wait(), so that a cancel works at once.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/clock.h"
#include "http/fetch.h"
#include "http/inflate.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* Of an answer, inflated: ten times the largest metadata schema seen. */
#define MAX_ANSWER (64 * 1024 * 1024)

/* Bytes moved at a time. */
#define PIECE (64 * 1024)

/* Header fields by which remote systems name a request. */
static const char *const request_id_fields[] = {
	"X-Request-Id",			 "Request-Id",
	"X-Correlation-Id",		 "X-Amzn-RequestId",
	"X-Cloud-Trace-Context",
};

/* An attempt under way. */
typedef struct Attempt
{
	MemoryContext context; /* of all that the attempt itself needs */
	PendoHttpRequest *request;
	PendoInflate *inflate; /* NULL if the body is plain */
	PendoInflateStatus inflated;
	PendoHttpAnswer *answer;
	bool looked_at_header;
} Attempt;

static void
sleep_ms(int64 ms)
{
	int64 end = pendo_monotonic_us() + ms * 1000;
	int64 left;

	while ((left = end - pendo_monotonic_us()) > 0)
		pendo_http_wait((long) Min((left + 999) / 1000, 1000 * 1000));
}

/*
 * Take a token; false if an earlier answer asked everyone with this key to
 * wait for longer than the policy allows.
 */
static bool
wait_for_budget(PendoBudget *budget, PendoRequestClass request_class,
				const PendoRetryPolicy *policy)
{
	int64 ms;

	if (budget == NULL)
		return true;
	while ((ms = pendo_throttle_take(budget, request_class)) > 0)
	{
		if (ms > policy->max_delay && pendo_throttle_held_until(budget) != 0)
			return false;
		sleep_ms(ms);
	}
	return true;
}

/* The transfer went well, but what it brought is no use. */
static void
spoil(Attempt *attempt, PendoHttpResult result, const char *why)
{
	PendoHttpOutcome *outcome = &attempt->answer->outcome;

	outcome->result = result;
	strlcpy(outcome->message, why, sizeof(outcome->message));
}

static bool
is_spoiled(const Attempt *attempt)
{
	return attempt->answer->outcome.result != PENDO_HTTP_OK;
}

static void
look_at_header(Attempt *attempt)
{
	const char *encoding;

	if (attempt->looked_at_header ||
		pendo_http_request_status(attempt->request) == 0)
		return;
	attempt->looked_at_header = true;
	encoding = pendo_http_request_header(attempt->request, "Content-Encoding");
	if (encoding == NULL || encoding[0] == '\0' ||
		pg_strcasecmp(encoding, "identity") == 0)
		return;
	if (pg_strcasecmp(encoding, "gzip") == 0 ||
		pg_strcasecmp(encoding, "x-gzip") == 0)
		attempt->inflate = pendo_inflate_create(attempt->context);
	else
		spoil(attempt, PENDO_HTTP_PROTOCOL, "unknown content encoding");
}

static void
append_inflated(Attempt *attempt, const char *in, size_t length)
{
	StringInfo body = &attempt->answer->body;

	while (!is_spoiled(attempt))
	{
		size_t used = length;
		size_t room;

		if (body->len >= MAX_ANSWER)
		{
			spoil(attempt, PENDO_HTTP_TOO_LARGE, "the answer is too large");
			return;
		}
		CHECK_FOR_INTERRUPTS();
		enlargeStringInfo(body, PIECE);
		room = PIECE;
		attempt->inflated = pendo_inflate_run(attempt->inflate, in, &used,
											  body->data + body->len, &room);
		body->len += room;
		body->data[body->len] = '\0';
		in += used;
		length -= used;
		if (attempt->inflated == PENDO_INFLATE_BAD)
			spoil(attempt, PENDO_HTTP_CUT, "the compressed answer is damaged");

		/* a piece that is not filled shows that all input was used */
		if (room < PIECE)
			return;
	}
}

static void
append(Attempt *attempt, const char *data, size_t length)
{
	if (attempt->inflate != NULL)
		append_inflated(attempt, data, length);
	else if (attempt->answer->body.len + length > MAX_ANSWER)
		spoil(attempt, PENDO_HTTP_TOO_LARGE, "the answer is too large");
	else
		appendBinaryStringInfo(&attempt->answer->body, data, length);
}

static void
take_waiting(Attempt *attempt, char *piece)
{
	size_t length;

	look_at_header(attempt);
	while (!is_spoiled(attempt) &&
		   (length = pendo_http_request_read(attempt->request, piece, PIECE)) >
			   0)
		append(attempt, piece, length);
}

static char *
keep_field(PendoHttpRequest *request, const char *name)
{
	const char *value = pendo_http_request_header(request, name);

	return value != NULL ? pstrdup(value) : NULL;
}

static char *
keep_request_id(PendoHttpRequest *request)
{
	for (int i = 0; i < lengthof(request_id_fields); i++)
	{
		char *value = keep_field(request, request_id_fields[i]);

		if (value != NULL)
			return value;
	}
	return NULL;
}

/* Keep what outlives the request. */
static void
conclude(Attempt *attempt)
{
	PendoHttpAnswer *answer = attempt->answer;
	PendoHttpOutcome spoiled = answer->outcome;

	answer->outcome = *pendo_http_request_outcome(attempt->request);
	if (answer->outcome.issuer != NULL)
		answer->outcome.issuer = pstrdup(answer->outcome.issuer);
	answer->date = keep_field(attempt->request, "Date");
	answer->content_type = keep_field(attempt->request, "Content-Type");
	answer->request_id = keep_request_id(attempt->request);
	if (spoiled.result != PENDO_HTTP_OK)
	{
		answer->outcome.result = spoiled.result;
		strlcpy(answer->outcome.message, spoiled.message,
				sizeof(answer->outcome.message));
	}
	else if (answer->outcome.result == PENDO_HTTP_OK &&
			 attempt->inflate != NULL && answer->outcome.bytes > 0 &&
			 attempt->inflated != PENDO_INFLATE_END)
		spoil(attempt, PENDO_HTTP_CUT, "the compressed answer is incomplete");
}

/* One attempt, into a cleared answer; returns Retry-After, palloc'ed. */
static char *
try_once(const PendoHttpSpec *spec, PendoHttpAnswer *answer, char *piece)
{
	Attempt attempt = {0};
	char *retry_after;

	memset(&answer->outcome, 0, sizeof(answer->outcome));
	resetStringInfo(&answer->body);
	attempt.answer = answer;
	attempt.context = AllocSetContextCreate(CurrentMemoryContext,
											"pendo http attempt",
											ALLOCSET_SMALL_SIZES);
	attempt.request = pendo_http_request_start(attempt.context, spec);
	for (;;)
	{
		take_waiting(&attempt, piece);
		if (is_spoiled(&attempt) ||
			pendo_http_request_state(attempt.request) != PENDO_HTTP_RUNNING)
			break;
		pendo_http_wait(-1);
	}
	conclude(&attempt);
	retry_after = keep_field(attempt.request, "Retry-After");
	MemoryContextDelete(attempt.context);
	return retry_after;
}

PendoHttpAnswer *
pendo_http_fetch(const PendoHttpSpec *spec, PendoBudget *budget,
				 PendoRequestClass request_class,
				 const PendoRetryPolicy *policy)
{
	static const PendoRetryPolicy once = {.max_attempts = 1,
										  .base_delay = 1000,
										  .max_delay = 60 * 1000};
	PendoHttpAnswer *answer = palloc0(sizeof(PendoHttpAnswer));
	char *piece = palloc(PIECE);

	if (policy == NULL)
		policy = &once;
	initStringInfo(&answer->body);
	for (;;)
	{
		PendoRetryDecision decision;
		char *retry_after;

		if (!wait_for_budget(budget, request_class, policy))
		{
			answer->outcome.result = PENDO_HTTP_OK;
			answer->outcome.status = 429;
			break;
		}
		answer->attempts++;
		retry_after = try_once(spec, answer, piece);
		decision = pendo_retry_decide(policy, answer->attempts,
									  &answer->outcome, retry_after);
		if (decision.throttled && budget != NULL)
			pendo_throttle_hold(
				budget, TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
													decision.delay));
		if (decision.action == PENDO_RETRY_ACCEPT ||
			decision.action == PENDO_RETRY_GIVE_UP ||
			answer->attempts >= policy->max_attempts ||
			answer->outcome.result == PENDO_HTTP_TOO_LARGE)
			break;
		sleep_ms(decision.delay);
	}
	pfree(piece);
	return answer;
}
