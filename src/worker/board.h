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
#include "port/atomics.h"
#include "storage/latch.h"
#include "worker/task.h"

/* README.md has the drawing. */
typedef enum PendoEntryState
{
	PENDO_FREE,		/* no entry */
	PENDO_WAITING,	/* for its time */
	PENDO_STARTING, /* a worker was asked for */
	PENDO_RUNNING,	/* a worker has it: pid and latch are set */
	PENDO_FAILED,	/* the launcher has not seen that yet */
} PendoEntryState;

/* What an entry is for: at most one worker has it. */
typedef struct PendoKey
{
	Oid database;
	Oid role;
	PendoTask task;
} PendoKey;

typedef struct PendoEntry
{
	PendoEntryState state;
	PendoKey key;
	int failures;			/* since the last good run */
	int last_error;			/* SQLSTATE of the last failure, or 0 */
	pg_atomic_uint32 wakes; /* counts what the worker must not miss */
	pid_t pid;				/* 0: no worker */
	Latch *latch;			/* the worker's, in shared memory */
	TimestampTz due_at;		/* by the wall clock */
	TimestampTz not_before; /* because of failures */
	uint64 told;			/* surveys up to this number are older news */
} PendoEntry;

/* When something of a role is due, as a survey found it. */
typedef struct PendoDue
{
	Oid role;
	PendoTask task;
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
 * For backends, after the end of the transaction that is the reason.  The first
 * is for a change of what is due in a database and when; all its workers look
 * again, and a survey is made.
 *
 * The second is for one more thing to do, thousands of times a second: its
 * worker looks again, or there will be one.  Where nobody knows of that role,
 * the launcher is called, which surveys the database at the next opportunity.
 */
extern void pendo_board_wake(Oid database);
extern void pendo_board_wake_one(PendoKey key);

/*
 * For the launcher.  What is addressed by its key may be gone, or in another
 * state than it was when looked at: then nothing happens.
 */
extern void pendo_board_enter_launcher(void);

/* The databases to survey since the last call; false if that is all of them. */
extern bool pendo_board_take_wakes(List **databases);
extern bool pendo_board_take_calls(List **databases);
extern bool pendo_board_has_calls(void);
extern bool pendo_board_start(PendoKey key);
extern void pendo_board_start_failed(PendoKey key);
extern void pendo_board_retry(PendoKey key, TimestampTz not_before);
extern void pendo_board_forget(PendoKey key);

/*
 * Nothing was, or could be, started.  True if that is news, false if it has
 * failed in the same way before and not run since.
 */
extern bool pendo_board_refuse(PendoKey key, int sqlstate);

/* A worker that was asked for has ended: did it ever begin? */
extern void pendo_board_not_begun(PendoKey key);

/* Somebody waits for a place that workers of this task could give. */
extern void pendo_board_set_crowded(const bool is_crowded[PENDO_TASKS]);

/*
 * For surveys.  One asks for a number before it looks, so that what is newer
 * than its findings is not undone; false if the board has no room.
 */
extern uint64 pendo_board_survey_number(void);
extern bool pendo_board_replace(Oid database, const PendoDue *due, int count,
								uint64 survey);
extern void pendo_board_survey_start(int number, Oid database);
extern void pendo_board_survey_done(int number, Oid database);
extern bool pendo_board_survey_is_done(int number);

/*
 * For the worker that has an entry.  A claim fails if another has it, or if it
 * is gone.  When the process ends without a word, the entry has failed.
 */
extern bool pendo_board_claim(PendoKey key);

/* Is this process a worker that has an entry?  All that follow want one. */
extern bool pendo_board_has_mine(void);

/* How often it was woken; cheap, to be compared for equality. */
extern uint32 pendo_board_wakes(void);
extern bool pendo_board_is_crowded(void);

/* All is well so far, and this is the next. */
extern void pendo_board_report(TimestampTz due_at);

/*
 * Give the entry back, or up, if all is over.  False if there was a wake after
 * the given count, so that it must look again.  One that is due at DT_NOEND
 * remains for a wake to come; a survey that finds nothing due frees it.
 */
extern bool pendo_board_leave(TimestampTz due_at, bool is_over, uint32 wakes);

/* Give it back to be due again at once, after those that wait already. */
extern void pendo_board_make_room(void);

/* The same after an error; true if that is news, as above. */
extern bool pendo_board_fail(int sqlstate);

#endif /* PENDO_WORKER_BOARD_H */
