/*-------------------------------------------------------------------------
 *
 * worker/worker.h
 *	  What all background workers share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_WORKER_WORKER_H
#define PENDO_WORKER_WORKER_H

#include "datatype/timestamp.h"
#include "postmaster/bgworker.h"
#include "worker/board.h"

typedef enum PendoWorkerKind
{
	PENDO_LAUNCHER,
	PENDO_SURVEY,
	PENDO_WORKER,
} PendoWorkerKind;

/* What the launcher tells a worker. */
typedef struct PendoAssignment
{
	PendoKey key; /* a survey has a database alone */
	int number;	  /* of the survey's place on the board */
	int failures; /* of this survey before */
} PendoAssignment;

/* For PENDO_WORKER, "task" says which; else it is of no matter. */
extern void pendo_worker_describe(BackgroundWorker *worker,
								  PendoWorkerKind kind, PendoTask task);

/*
 * Ask for a worker.  The handle lives in TopMemoryContext; NULL if the server
 * has no room, which is logged once until it has, or had none a moment ago.
 */
extern BackgroundWorkerHandle *
pendo_worker_start(PendoWorkerKind kind, const PendoAssignment *assignment);

/* Until when pendo_worker_start() need not be tried; 0: it may. */
extern TimestampTz pendo_worker_no_start_before(void);

/* A time from now that grows with the number of failures. */
extern TimestampTz pendo_worker_retry_at(int failures);

/*
 * The first steps of each worker: signals, and, for all but the launcher, the
 * connection that its assignment names.
 */
extern void pendo_worker_begin(void);
extern PendoAssignment pendo_worker_assignment(void);
extern void pendo_worker_connect(const PendoAssignment *assignment);
extern void pendo_worker_reload(void);

/* Is the extension here?  In a transaction, which then holds on to it. */
extern bool pendo_worker_hold_extension(void);

/* Wait for the latch, or until a time; DT_NOEND for no end. */
extern void pendo_worker_wait(TimestampTz until, uint32 wait_event);

/*
 * End the transaction after an error, to be called in PG_CATCH; the error is in
 * TopMemoryContext.  Whether it is logged is the caller's decision.
 */
extern ErrorData *pendo_worker_caught(void);
extern void pendo_worker_log(const ErrorData *error, const char *what);

#endif /* PENDO_WORKER_WORKER_H */
