/*-------------------------------------------------------------------------
 *
 * http/throttle.h
 *	  Request budgets shared by all backends.
 *
 * A budget is a token bucket in shared memory, one for each pair of remote
 * host and credential, whatever servers, databases or roles use it.  Buckets
 * begin empty, so that a restart gives nobody a second burst.  The segment is
 * made on demand: shared_preload_libraries is not needed.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_THROTTLE_H
#define PENDO_HTTP_THROTTLE_H

#include "datatype/timestamp.h"
#include "http/share.h"

/* Who asks; a later class leaves a share of the burst to the earlier ones. */
typedef enum PendoRequestClass
{
	PENDO_CLASS_SIGNAL,
	PENDO_CLASS_PUSH,
	PENDO_CLASS_PULL,
	PENDO_CLASS_ANALYST
} PendoRequestClass;

#define PENDO_CLASS_COUNT 4

typedef struct PendoBudget PendoBudget;

/*
 * Reserve the segment when the library is preloaded; for shmem_request_hook.
 * Without preload the segment comes out of the server's slack.
 */
extern void pendo_throttle_request_shmem(void);

/*
 * Find or make the budget of (host, credential).  The credential is only
 * hashed, with a salt that never leaves shared memory.  "rate" is requests a
 * second, "burst" how many may go at once; the newest caller's values hold.
 * The result is valid for the life of the backend.  If the table is full the
 * least recently used bucket that is not held is taken over.
 */
extern PendoBudget *
pendo_throttle_budget(const char *host, const char *credential, double rate,
					  int burst);

/*
 * Take one token: 0 when it was taken, else how many ms to wait before asking
 * again (which is no promise).
 */
extern int64
pendo_throttle_take(PendoBudget *budget, PendoRequestClass request_class);

/* Nobody takes a token before "until": 429 or Retry-After was received. */
extern void pendo_throttle_hold(PendoBudget *budget, TimestampTz until);

/* When the present hold ends; 0 without one. */
extern TimestampTz pendo_throttle_held_until(const PendoBudget *budget);

/* An answer's rate headers, where a service sends them; -1 for unknown. */
extern void
pendo_throttle_learn(PendoBudget *budget, int64 remaining, int64 window_ms);

/* The same of a limit that all of its users share, and that is told in full. */
extern void
pendo_throttle_share(PendoBudget *budget, const PendoShareAnswer *answer);

/*
 * A number that another credential or host would not have; of this run of the
 * server, and nothing can be told from it.
 */
extern uint64 pendo_throttle_mark(const PendoBudget *budget);

#endif /* PENDO_HTTP_THROTTLE_H */
