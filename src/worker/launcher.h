/*-------------------------------------------------------------------------
 *
 * worker/launcher.h
 *	  The launcher: surveys databases and starts the workers of what is due.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_WORKER_LAUNCHER_H
#define PENDO_WORKER_LAUNCHER_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "postmaster/bgworker.h"

/*
 * Register the launcher; called when the library is preloaded.
 */
extern void pendo_launcher_register(void);

/*
 * Parts of the launcher's turn, each in its transaction.  Both get the
 * databases that workers may enter, and tell when they want their next turn:
 * DT_NOEND if only a latch can bring news.
 */

/* survey_queue.c */
extern void pendo_want_survey(Oid database);
extern TimestampTz pendo_run_surveys(const List *databases);

/* dispatch.c */
extern TimestampTz pendo_dispatch(const List *databases);

/* Has it ended?  Then its handle is freed and set to NULL. */
extern bool pendo_has_ended(BackgroundWorkerHandle **handle);

#endif /* PENDO_WORKER_LAUNCHER_H */
