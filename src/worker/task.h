/*-------------------------------------------------------------------------
 *
 * worker/task.h
 *	  What workers do for a role, and what is particular to each.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_WORKER_TASK_H
#define PENDO_WORKER_TASK_H

#include "datatype/timestamp.h"

typedef enum PendoTask
{
	PENDO_PULL,
	PENDO_DELIVER,
} PendoTask;

#define PENDO_TASKS 2

typedef struct PendoTaskKind
{
	const char *name;		/* in pendo._due_owner() and pendo.worker */
	const char *things;		/* what messages say is done */
	const char *type;		/* of the process */
	const char *wait_event; /* from PostgreSQL 17 on */
	const char *due_at;		/* query: the current role's next due time */
	const char *run;		/* CALL: what is due */
	int64 patience;			/* before what is in vain is tried again */
	int64 turn;				/* how long one goes on while others wait */
	bool lingers;			/* stays for a while though nothing is due */
} PendoTaskKind;

extern const PendoTaskKind pendo_tasks[PENDO_TASKS];

/* The task of this name; false if there is none. */
extern bool pendo_task_by_name(const char *name, PendoTask *task);

/* For a worker that has an entry: others wait, and it has had its turn. */
extern bool pendo_task_must_make_room(void);

#endif /* PENDO_WORKER_TASK_H */
