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
#include "deliver/work.h"
#include "guarded.h"
#include "http/clock.h"
#include "http/rate.h"
#include "http/secret.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* An answer to a batch is small; thirty of them at once are to stay so. */
#define BUFFER_SIZE (4 * 16 * 1024)

static dlist_head exchanges = DLIST_STATIC_INIT(exchanges);

/* Keys under way, and how many exchanges carry each. */
typedef struct KeyCount
{
	int64 key;
	int count;
} KeyCount;

static HTAB *keys_under_way = NULL;

/* With the transaction, its requests are let go; with its abort, all end. */
static void
follow_transaction(XactEvent event, void *arg)
{
	dlist_mutable_iter iter;

	if (event != XACT_EVENT_ABORT && event != XACT_EVENT_COMMIT)
		return;
	dlist_foreach_modify(iter, &exchanges)
	{
		PendoExchange *exchange = dlist_container(PendoExchange, node,
												  iter.cur);

		if (event == XACT_EVENT_COMMIT)
			exchange->is_committed = true;
		else
			pendo_exchange_drop(exchange);
	}
}

PendoExchange *
pendo_exchange_create(void)
{
	static bool is_registered = false;
	MemoryContext context;
	PendoExchange *exchange;

	if (!is_registered)
		RegisterXactCallback(follow_transaction, NULL);
	is_registered = true;
	context = AllocSetContextCreate(TopMemoryContext, "pendo_fdw exchange",
									ALLOCSET_SMALL_SIZES);
	exchange = MemoryContextAllocZero(context, sizeof(PendoExchange));
	exchange->context = context;
	dlist_push_tail(&exchanges, &exchange->node);
	return exchange;
}

static HTAB *
make_key_table(void)
{
	HASHCTL control = {.keysize = sizeof(int64),
					   .entrysize = sizeof(KeyCount),
					   .hcxt = TopMemoryContext};

	return hash_create("pendo_fdw keys under way", 1024, &control,
					   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

void
pendo_exchange_carry(PendoExchange *exchange, Jsonb *work)
{
	exchange->work = work;
	exchange->item_count = pendo_work_items(work, &exchange->items,
											&exchange->keys);
	if (keys_under_way == NULL)
		keys_under_way = make_key_table();
	for (int i = 0; i < exchange->item_count; i++)
	{
		bool found;
		KeyCount *entry = hash_search(keys_under_way, &exchange->keys[i],
									  HASH_ENTER, &found);

		entry->count = found ? entry->count + 1 : 1;
	}
}

static void
let_go_of_keys(const PendoExchange *exchange)
{
	for (int i = 0; i < exchange->item_count; i++)
	{
		KeyCount *entry = hash_search(keys_under_way, &exchange->keys[i],
									  HASH_FIND, NULL);

		if (entry != NULL && --entry->count == 0)
			hash_search(keys_under_way, &exchange->keys[i], HASH_REMOVE, NULL);
	}
}

void
pendo_exchange_drop(PendoExchange *exchange)
{
	dlist_delete(&exchange->node);
	let_go_of_keys(exchange);
	MemoryContextDelete(exchange->context);
}

bool
pendo_exchange_has_key(int64 key)
{
	return keys_under_way != NULL &&
		   hash_search(keys_under_way, &key, HASH_FIND, NULL) != NULL;
}

dlist_head *
pendo_exchanges(void)
{
	return &exchanges;
}

static void
start(PendoExchange *exchange)
{
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

/*
 * Send it if the budget has a token; else note when to look again.  Signs in
 * first, if need be: a token is worth a request at that moment alone.
 */
static void
send(void *arg)
{
	PendoExchange *exchange = arg;
	int64 ms;

	pendo_auth_sign_in(exchange->connection);
	ms = pendo_throttle_take(pendo_connection_budget(exchange->connection,
													 exchange->path),
							 exchange->connection->request_class);
	if (ms > 0)
		exchange->look_at = pendo_monotonic_us() + ms * 1000;
	else
		start(exchange);
}

static void
end(PendoExchange *exchange)
{
	pendo_http_attempt_drop(exchange->attempt);
	exchange->attempt = NULL;
	exchange->is_over = true;
	exchange->answered_at = GetCurrentTimestamp();
}

/* Ms until it is to be tried again; 0 if it was sent, or is over as it cannot be. */
static long
try_to_send(PendoExchange *exchange)
{
	int64 left;

	if (exchange->look_at <= pendo_monotonic_us())
	{
		MemoryContext old = MemoryContextSwitchTo(exchange->context);

		exchange->failure = pendo_guarded(send, exchange);
		if (exchange->failure != NULL)
			end(exchange);
		MemoryContextSwitchTo(old);
	}
	if (exchange->attempt != NULL || exchange->is_over)
		return 0;
	left = (exchange->look_at - pendo_monotonic_us() + 999) / 1000;
	return (long) Max(1, Min(left, INT_MAX));
}

/* What the answer means for everybody with this key, for searches if it was one. */
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
		pendo_throttle_hold(budget,
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
		/* Into the queue again: a second request needs a second token. */
		pendo_http_attempt_drop(exchange->attempt);
		exchange->attempt = NULL;
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

/* As many to a connection at a time as it allows; a signal goes beside them. */
static bool
has_room(const PendoExchange *exchange)
{
	const PendoConnection *connection = exchange->connection;
	int room = connection->max_requests +
			   (connection->request_class == PENDO_CLASS_SIGNAL ? 1 : 0);
	dlist_iter iter;

	dlist_foreach(iter, &exchanges)
	{
		const PendoExchange *other = dlist_container(PendoExchange, node,
													 iter.cur);

		if (other->attempt != NULL &&
			other->connection->serverid == connection->serverid)
			room--;
	}
	return room > 0;
}

/* Send what is committed, of signals or of all else, as far as there is room. */
static void
send_queued(bool is_signal, long *wait)
{
	dlist_iter iter;

	dlist_foreach(iter, &exchanges)
	{
		PendoExchange *exchange = dlist_container(PendoExchange, node,
												  iter.cur);
		long ms;

		if (exchange->is_over || exchange->attempt != NULL ||
			!exchange->is_committed ||
			is_signal !=
				(exchange->connection->request_class == PENDO_CLASS_SIGNAL) ||
			!has_room(exchange))
			continue;
		ms = try_to_send(exchange);
		if (ms > 0 && (*wait < 0 || ms < *wait))
			*wait = ms;
	}
}

static void
take_in_answers(void)
{
	dlist_iter iter;

	dlist_foreach(iter, &exchanges)
	{
		PendoExchange *exchange = dlist_container(PendoExchange, node,
												  iter.cur);

		if (exchange->attempt != NULL &&
			pendo_http_attempt_progress(exchange->attempt, exchange->answer))
			conclude(exchange);
	}
}

bool
pendo_exchange_progress(long *wait)
{
	bool any_over = false;
	dlist_iter iter;

	*wait = -1;
	take_in_answers();
	send_queued(true, wait);
	send_queued(false, wait);
	dlist_foreach(iter, &exchanges)
	{
		any_over |= dlist_container(PendoExchange, node, iter.cur)->is_over;
	}
	return any_over;
}
