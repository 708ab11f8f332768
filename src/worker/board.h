/*-------------------------------------------------------------------------
 *
 * worker/board.h
 *	  What is due, for whom, and who is at it: shared by all processes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_WORKER_BOARD_H
#define PENDO_WORKER_BOARD_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "storage/latch.h"

/* README.md has the drawing. */
typedef enum PendoEntryState
{
	PENDO_FREE,		/* no entry */
	PENDO_WAITING,	/* for its time */
	PENDO_STARTING, /* a worker was asked for */
	PENDO_RUNNING,	/* a worker has it: pid and latch are set */
	PENDO_FAILED,	/* the launcher has not seen that yet */
} PendoEntryState;

typedef struct PendoEntry
{
	PendoEntryState state;
	Oid database;
	Oid role;
	int failures;			/* since the last good run */
	int last_error;			/* SQLSTATE of the last failure, or 0 */
	uint32 wakes;			/* counts what the worker must not miss */
	pid_t pid;				/* 0: no worker */
	Latch *latch;			/* the worker's, in shared memory */
	TimestampTz due_at;		/* by the clock of the pulls */
	TimestampTz not_before; /* because of failures */
} PendoEntry;

/* A role's earliest due time, as a survey found it. */
typedef struct PendoDue
{
	Oid role;
	TimestampTz due_at;
} PendoDue;

/* Surveys at a time: a second goes on where the first must wait for a lock. */
#define PENDO_SURVEYS 2

/* Reserve and make the shared memory; only a preloaded library can. */
extern void pendo_board_request_shmem(void);
extern void pendo_board_start_shmem(void);

/* Is there a board, that is, was the library preloaded? */
extern bool pendo_board_exists(void);

/* A copy of all entries in use, in the current memory context. */
extern PendoEntry *pendo_board_entries(int *count);

/*
 * For backends: this database's pulls have changed, look again.  The
 * transaction that changed them must be over.
 */
extern void pendo_board_wake(Oid database);

/*
 * For the launcher.  What is addressed by database and role may be gone, or in
 * another state than it was when looked at: then nothing happens.
 */
extern void pendo_board_enter_launcher(void);

/* The databases to survey since the last call; false if that is all of them. */
extern bool pendo_board_take_wakes(List **databases);
extern bool pendo_board_start(Oid database, Oid role);
extern void pendo_board_start_failed(Oid database, Oid role);
extern void pendo_board_retry(Oid database, Oid role, TimestampTz not_before);
extern void pendo_board_forget(Oid database, Oid role);

/*
 * Nothing was, or could be, started.  True if that is news, false if it has
 * failed in the same way before and not run since.
 */
extern bool pendo_board_refuse(Oid database, Oid role, int sqlstate);

/* A worker that was asked for has ended: did it ever begin? */
extern void pendo_board_not_begun(Oid database, Oid role);

/* Work waits for want of workers: idle ones make room. */
extern void pendo_board_set_crowded(bool is_crowded);

/* For surveys; false if the board has no room. */
extern bool pendo_board_replace(Oid database, const PendoDue *due, int count);
extern void pendo_board_survey_start(int number, Oid database);
extern void pendo_board_survey_done(int number, Oid database);
extern bool pendo_board_survey_is_done(int number);

/*
 * For the worker that has an entry.  A claim fails if another has it, or if it
 * is gone.  When the process ends without a word, the entry has failed.
 */
extern bool pendo_board_claim(Oid database, Oid role);
extern bool pendo_board_has_mine(void);
extern uint32 pendo_board_wakes(void);
extern bool pendo_board_is_crowded(void);

/* All is well so far, and this is the next. */
extern void pendo_board_report(TimestampTz due_at);

/*
 * Give the entry back, DT_NOEND for "nothing to do".  False if there was a
 * wake after the given count, so that it must look again.
 */
extern bool pendo_board_leave(TimestampTz due_at, uint32 wakes);

/* The same after an error; true if that is news, as above. */
extern bool pendo_board_fail(int sqlstate);

#endif /* PENDO_WORKER_BOARD_H */
