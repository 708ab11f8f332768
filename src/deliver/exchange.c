/*-------------------------------------------------------------------------
 *
 * deliver/exchange.c
 *	  Requests that are under way while the backend's transactions come and go.
 *
 * Deliveries are planned and recorded in SQL, in short transactions; between
 * those, many requests are on their way at once.  So they belong to the session
 * and not to a transaction.  When a transaction aborts, the procedure that led
 * them is over, and they go: whoever delivers next finds their items undelivered.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>

#include "access/xact.h"
#include "connector/ask.h"
#include "connector/auth.h"
#include "deliver/exchange.h"
#include "guarded.h"
#include "http/clock.h"
#include "http/rate.h"
#include "http/secret.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* An answer to a batch is small; thirty of them at once are to stay so. */
#define BUFFER_SIZE (4 * 16 * 1024)

static dlist_head exchanges = DLIST_STATIC_INIT(exchanges);

static void
drop_all(XactEvent event, void *arg)
{
	dlist_mutable_iter iter;

	if (event != XACT_EVENT_ABORT)
		return;
	dlist_foreach_modify(iter, &exchanges)
	{
		pendo_exchange_drop(dlist_container(PendoExchange, node, iter.cur));
	}
}

PendoExchange *
pendo_exchange_create(void)
{
	static bool is_registered = false;
	static int64 last_number = 0;
	MemoryContext context;
	PendoExchange *exchange;

	if (!is_registered)
		RegisterXactCallback(drop_all, NULL);
	is_registered = true;
	context = AllocSetContextCreate(TopMemoryContext, "pendo_fdw exchange",
									ALLOCSET_SMALL_SIZES);
	exchange = MemoryContextAllocZero(context, sizeof(PendoExchange));
	exchange->context = context;
	exchange->number = ++last_number;
	dlist_push_tail(&exchanges, &exchange->node);
	return exchange;
}

void
pendo_exchange_drop(PendoExchange *exchange)
{
	dlist_delete(&exchange->node);
	MemoryContextDelete(exchange->context);
}

dlist_head *
pendo_exchanges(void)
{
	return &exchanges;
}

/* Signs in, if need be. */
static void
send(void *arg)
{
	PendoExchange *exchange = arg;
	PendoHttpSpec spec = {0};

	spec.method = exchange->method;
	spec.headers = list_make2("Content-Type: application/json",
							  "Accept: application/json");
	spec.body = exchange->body;
	spec.body_length = exchange->body ? strlen(exchange->body) : 0;
	spec.route = &exchange->connection->route;
	spec.buffer_size = BUFFER_SIZE;
	spec.accept_gzip = true;
	pendo_auth_apply(exchange->connection, exchange->path, true, &spec);
	if (exchange->answer == NULL)
		exchange->answer = pendo_http_answer_create(exchange->context);
	pendo_http_answer_clear(exchange->answer);
	exchange->attempt = pendo_http_attempt_start(exchange->context, &spec);
	pendo_auth_forget(&spec);
	exchange->sent_at = GetCurrentTimestamp();
}

static void
end(PendoExchange *exchange)
{
	pendo_http_attempt_drop(exchange->attempt);
	exchange->attempt = NULL;
	exchange->is_over = true;
	exchange->answered_at = GetCurrentTimestamp();
}

/* What could not be sent is over; others go on. */
static void
send_or_end(PendoExchange *exchange)
{
	exchange->failure = pendo_guarded(send, exchange);
	if (exchange->failure != NULL)
		end(exchange);
}

/* Ms until the budget may have a token; 0 if it was sent. */
static long
try_to_send(PendoExchange *exchange)
{
	int64 now = pendo_monotonic_us();
	MemoryContext old;
	int64 ms;

	if (exchange->look_at > now)
		return (long) ((exchange->look_at - now + 999) / 1000);
	ms = pendo_throttle_take(pendo_connection_budget(exchange->connection,
													 exchange->path),
							 exchange->connection->request_class);
	if (ms > 0)
	{
		exchange->look_at = now + ms * 1000;
		return (long) Min(ms, INT_MAX);
	}
	old = MemoryContextSwitchTo(exchange->context);
	send_or_end(exchange);
	MemoryContextSwitchTo(old);
	return 0;
}

/* What the answer means for everybody with this key. */
static void
heed(PendoExchange *exchange)
{
	PendoConnection *connection = exchange->connection;
	PendoBudget *budget = pendo_connection_budget(connection, exchange->path);
	PendoRetryDecision decision;

	pendo_http_learn_rate(pendo_http_attempt_request(exchange->attempt),
						  budget);
	decision = pendo_retry_decide(&connection->retry, 1,
								  &exchange->answer->outcome,
								  exchange->answer->retry_after);
	if (decision.throttled)
		pendo_throttle_hold(connection->budget,
							TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
														decision.delay));
	exchange->retry_at = pendo_throttle_held_until(budget);
	if (exchange->retry_at == 0 && exchange->answer->retry_after != NULL &&
		decision.delay > 0)
		exchange->retry_at = TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
														 decision.delay);
}

/* The session was over: sign in anew. */
static void
renew(void *arg)
{
	PendoExchange *exchange = arg;

	exchange->is_renewed = pendo_auth_renew(exchange->connection,
											&exchange->answer->outcome,
											exchange->answer->body.data);
}

static void
conclude(PendoExchange *exchange)
{
	MemoryContext old = MemoryContextSwitchTo(exchange->context);
	bool was_renewed = exchange->is_renewed;

	if (!was_renewed && exchange->answer->outcome.status == 401)
		exchange->failure = pendo_guarded(renew, exchange);
	if (exchange->failure != NULL)
		end(exchange);
	else if (exchange->is_renewed && !was_renewed)
	{
		pendo_http_attempt_drop(exchange->attempt);
		exchange->attempt = NULL;
		send_or_end(exchange);
	}
	else
	{
		char *secret = pendo_auth_secret(exchange->connection, true);

		pendo_mask_answer(exchange->answer, secret);
		pendo_secret_forget(secret);
		heed(exchange);
		end(exchange);
	}
	MemoryContextSwitchTo(old);
}

bool
pendo_exchange_progress(long *wait)
{
	bool any_over = false;
	dlist_iter iter;

	*wait = -1;
	dlist_foreach(iter, &exchanges)
	{
		PendoExchange *exchange = dlist_container(PendoExchange, node,
												  iter.cur);
		long ms = 0;

		if (!exchange->is_over && exchange->attempt == NULL)
			ms = try_to_send(exchange);
		if (!exchange->is_over && exchange->attempt != NULL &&
			pendo_http_attempt_progress(exchange->attempt, exchange->answer))
			conclude(exchange);
		any_over |= exchange->is_over;
		if (ms > 0 && (*wait < 0 || ms < *wait))
			*wait = ms;
	}
	return any_over;
}
