/*-------------------------------------------------------------------------
 *
 * deliver/exchange.h
 *	  Requests that are under way while the backend's transactions come and go.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_DELIVER_EXCHANGE_H
#define PENDO_DELIVER_EXCHANGE_H

#include "connector/connection.h"
#include "datatype/timestamp.h"
#include "http/answer.h"
#include "lib/ilist.h"
#include "utils/elog.h"
#include "utils/jsonb.h"

/* A request and what came of it; in a memory context of its own. */
typedef struct PendoExchange
{
	dlist_node node;
	MemoryContext context;
	PendoConnection *connection; /* of its own */
	const char *method;
	const char *path;
	char *body; /* NULL for none */
	int item_count;
	int64 *items; /* what is sent with it */
	int64 *keys;  /* hashes: of whom nothing else may be sent meanwhile */
	Jsonb *work;  /* the caller's, given back with the answer */
	Jsonb *state; /* likewise */
	PendoHttpAttempt *attempt; /* NULL: not sent */
	PendoHttpAnswer *answer;
	ErrorData *failure; /* it could not even be sent; NULL: it was */
	bool is_committed;	/* what asked for it is; before, it is not sent */
	bool is_over;
	bool is_renewed; /* sent again, or about to be, with a new session */
	int64 look_at;	 /* monotonic: when the budget may have a token */
	TimestampTz sent_at;
	TimestampTz answered_at;
	TimestampTz retry_at; /* 0: nobody said */
} PendoExchange;

/*
 * A new exchange in the list, not sent; the caller fills it in, in its context.
 * It lives until it is dropped, or the transaction aborts.
 */
extern PendoExchange *pendo_exchange_create(void);
extern void pendo_exchange_drop(PendoExchange *exchange);

/* From now on it carries the items of this work, which is in its context. */
extern void pendo_exchange_carry(PendoExchange *exchange, Jsonb *work);

/* Is anything for whom this is the hash under way? */
extern bool pendo_exchange_has_key(int64 key);

/* All that there are. */
extern dlist_head *pendo_exchanges(void);

/*
 * Take in what has come, and send what is committed, as budgets and the number
 * of requests at a time allow, signals first; true if any is over.
 * "wait" becomes the ms until it is worth while to look again without any news
 * of the network: -1 for no limit.
 */
extern bool pendo_exchange_progress(long *wait);

#endif /* PENDO_DELIVER_EXCHANGE_H */
