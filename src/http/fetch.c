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
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

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

/* One attempt, into a cleared answer. */
static void
try_once(const PendoHttpSpec *spec, PendoHttpAnswer *answer)
{
	PendoHttpAttempt *attempt;

	pendo_http_answer_clear(answer);
	attempt = pendo_http_attempt_start(CurrentMemoryContext, spec);
	while (!pendo_http_attempt_progress(attempt, answer))
		pendo_http_wait(-1);
	pendo_http_attempt_drop(attempt);
}

PendoHttpAnswer *
pendo_http_fetch(const PendoHttpSpec *spec, PendoBudget *budget,
				 PendoRequestClass request_class,
				 const PendoRetryPolicy *policy)
{
	static const PendoRetryPolicy once = {.max_attempts = 1,
										  .base_delay = 1000,
										  .max_delay = 60 * 1000};
	PendoHttpAnswer *answer = pendo_http_answer_create(CurrentMemoryContext);

	if (policy == NULL)
		policy = &once;
	for (;;)
	{
		PendoRetryDecision decision;

		if (!wait_for_budget(budget, request_class, policy))
		{
			answer->outcome.result = PENDO_HTTP_OK;
			answer->outcome.status = 429;
			break;
		}
		answer->attempts++;
		try_once(spec, answer);
		decision = pendo_retry_decide(policy, answer->attempts,
									  &answer->outcome, answer->retry_after);
		if (decision.throttled && budget != NULL)
			pendo_throttle_hold(
				budget, TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
													decision.delay));
		if (decision.is_free)
			answer->attempts--;
		if (decision.action == PENDO_RETRY_ACCEPT ||
			decision.action == PENDO_RETRY_GIVE_UP ||
			answer->attempts >= policy->max_attempts ||
			answer->outcome.result == PENDO_HTTP_TOO_LARGE)
			break;
		sleep_ms(decision.delay);
	}
	return answer;
}
