/*-------------------------------------------------------------------------
 *
 * http/retry.c
 *	  What to do after a request.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/libcurl.h"

#include <time.h>

#include "common/pg_prng.h"
#include "http/retry.h"

/* Half a year: more than that is nonsense, and it must not overflow. */
#define MAX_RETRY_AFTER (INT64CONST(180) * 24 * 3600)

/*
 * What a transfer without a complete answer calls for.  A certificate does
 * not mend itself; names and connections may.
 */
static const PendoRetryAction by_result[] = {
	[PENDO_HTTP_OK] = PENDO_RETRY_AGAIN,
	[PENDO_HTTP_REFUSED_URL] = PENDO_RETRY_GIVE_UP,
	[PENDO_HTTP_PROXY] = PENDO_RETRY_AGAIN,
	[PENDO_HTTP_DNS] = PENDO_RETRY_AGAIN,
	[PENDO_HTTP_CONNECT] = PENDO_RETRY_AGAIN,
	[PENDO_HTTP_TLS] = PENDO_RETRY_GIVE_UP,
	[PENDO_HTTP_CONNECT_TIMEOUT] = PENDO_RETRY_AGAIN,
	[PENDO_HTTP_FIRST_BYTE_TIMEOUT] = PENDO_RETRY_SMALLER,
	[PENDO_HTTP_STALLED] = PENDO_RETRY_AGAIN,
	[PENDO_HTTP_CUT] = PENDO_RETRY_AGAIN,
	[PENDO_HTTP_TOO_LARGE] = PENDO_RETRY_SMALLER,
	[PENDO_HTTP_PROTOCOL] = PENDO_RETRY_AGAIN,
};

typedef struct StatusRule
{
	int first;
	int last;
	PendoRetryAction action;
	bool throttled;
} StatusRule;

/* The first range that holds the status counts; outside of all: give up. */
static const StatusRule by_status[] = {
	{200, 299, PENDO_RETRY_ACCEPT, false},
	{408, 408, PENDO_RETRY_SMALLER, false},
	{423, 423, PENDO_RETRY_AGAIN, false},
	{425, 425, PENDO_RETRY_AGAIN, false},
	{429, 429, PENDO_RETRY_AGAIN, true},
	{477, 477, PENDO_RETRY_AGAIN, true}, /* HubSpot: an account is moved */
	{501, 501, PENDO_RETRY_GIVE_UP, false},
	{504, 504, PENDO_RETRY_SMALLER, false},
	{505, 505, PENDO_RETRY_GIVE_UP, false},
	{500, 599, PENDO_RETRY_AGAIN, false},
};

static PendoRetryAction
action_for_status(int status, bool *throttled)
{
	for (int i = 0; i < lengthof(by_status); i++)
	{
		if (status >= by_status[i].first && status <= by_status[i].last)
		{
			*throttled = by_status[i].throttled;
			return by_status[i].action;
		}
	}
	return PENDO_RETRY_GIVE_UP;
}

static PendoRetryAction
action_for(const PendoHttpOutcome *outcome, bool *throttled)
{
	PendoRetryAction action;

	*throttled = false;
	if (outcome->is_limited)
		return action_for_status(429, throttled);
	if (outcome->from_proxy)
	{
		/* a proxy knows nothing of the size of what was asked for */
		action = action_for_status(outcome->status, throttled);
		*throttled = false;
		return action == PENDO_RETRY_SMALLER ? PENDO_RETRY_AGAIN : action;
	}
	if (outcome->result == PENDO_HTTP_OK && outcome->status != 0)
		return action_for_status(outcome->status, throttled);

	/* an error's status tells more than the loss of its text */
	if (outcome->status >= 400)
		return action_for_status(outcome->status, throttled);
	Assert(outcome->result < lengthof(by_result));
	return by_result[outcome->result];
}

int64
pendo_retry_after(const char *text, int64 now)
{
	int64 seconds = 0;
	const char *c = text;
	time_t date;

	if (text == NULL || *text == '\0')
		return -1;
	for (; *c >= '0' && *c <= '9'; c++)
		seconds = Min(seconds * 10 + (*c - '0'), MAX_RETRY_AFTER);
	if (*c == '\0')
		return seconds * 1000;

	date = curl_getdate(text, NULL);
	if (date == (time_t) -1)
		return -1;
	return Max(Min((int64) date, now / 1000 + MAX_RETRY_AFTER) * 1000 - now, 0);
}

/* Not time(): its clock lags, which makes a date up to a second more. */
static int64
wall_clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * How long to wait by ourselves: anything up to a bound that doubles, so that
 * many who failed together do not return together.  Who was throttled waits
 * at least half of it.
 */
static int64
back_off(const PendoRetryPolicy *policy, int attempt, bool throttled)
{
	int64 bound = Max(policy->base_delay, 0);
	double part = pg_prng_double(&pg_global_prng_state);

	for (int i = 1; i < attempt && bound < policy->max_delay; i++)
		bound *= 2;
	bound = Min(bound, Max(policy->max_delay, 0));
	return (int64) (throttled ? bound / 2 + part * (bound / 2) : part * bound);
}

PendoRetryDecision
pendo_retry_decide(const PendoRetryPolicy *policy, int attempt,
				   const PendoHttpOutcome *outcome, const char *retry_after)
{
	PendoRetryDecision decision = {PENDO_RETRY_GIVE_UP, 0, false, false};
	int64 asked = -1;

	if (outcome->lost_kept)
	{
		decision.action = PENDO_RETRY_AGAIN;
		decision.is_free = true;
		return decision;
	}
	decision.action = action_for(outcome, &decision.throttled);
	if (decision.action == PENDO_RETRY_ACCEPT ||
		decision.action == PENDO_RETRY_GIVE_UP)
		return decision;

	if (outcome->status == 429 || outcome->status == 477 ||
		outcome->status == 503)
		asked = pendo_retry_after(retry_after, wall_clock_ms());
	if (asked >= 0)
		decision.delay = asked;
	else
		decision.delay = back_off(policy, attempt, decision.throttled);
	if (decision.action == PENDO_RETRY_AGAIN &&
		(attempt >= policy->max_attempts || asked > policy->max_delay))
		decision.action = PENDO_RETRY_GIVE_UP;
	return decision;
}
