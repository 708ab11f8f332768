/*-------------------------------------------------------------------------
 *
 * worker/survey_queue.c
 *	  The launcher's list of databases to survey.
 *
 * The list is the launcher's own: one that is started anew surveys all.  A
 * database is on it once, and it may be asked for again while it is surveyed,
 * as that survey may have come too early to see what has changed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "settings.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "worker/board.h"
#include "worker/launcher.h"
#include "worker/worker.h"

typedef struct Wanted
{
	Oid database;
	int failures;
	TimestampTz not_before;
} Wanted;

typedef struct Running
{
	BackgroundWorkerHandle *handle; /* NULL: none */
	Oid database;
	int failures; /* before this one */
} Running;

static List *queue = NIL;
static Running running[PENDO_SURVEYS];

static Wanted *
find_wanted(Oid database)
{
	ListCell *cell;

	foreach(cell, queue)
	{
		Wanted *wanted = lfirst(cell);

		if (wanted->database == database)
			return wanted;
	}
	return NULL;
}

static void
enqueue(Oid database, int failures, TimestampTz not_before)
{
	MemoryContext caller = MemoryContextSwitchTo(TopMemoryContext);
	Wanted *wanted = palloc(sizeof(Wanted));

	wanted->database = database;
	wanted->failures = failures;
	wanted->not_before = not_before;
	queue = lappend(queue, wanted);
	MemoryContextSwitchTo(caller);
}

/* Something has changed there: whatever failed before may succeed now. */
void
pendo_want_survey(Oid database)
{
	Wanted *wanted = find_wanted(database);

	if (wanted == NULL)
		enqueue(database, 0, 0);
	else
		wanted->not_before = 0;
}

static void
reap(int number)
{
	Running *survey = &running[number];
	int failures = survey->failures + 1;

	if (survey->handle == NULL || !pendo_has_ended(&survey->handle))
		return;
	if (pendo_board_survey_is_done(number) || find_wanted(survey->database))
		return;
	enqueue(survey->database, failures, pendo_worker_retry_at(failures));
}

static bool
is_surveyed(Oid database)
{
	for (int i = 0; i < PENDO_SURVEYS; i++)
	{
		if (running[i].handle != NULL && running[i].database == database)
			return true;
	}
	return false;
}

/* The first that may begin, taken off the list; else NULL. */
static Wanted *
dequeue(const List *databases)
{
	TimestampTz now = GetCurrentTimestamp();
	ListCell *cell;

	foreach(cell, queue)
	{
		Wanted *wanted = lfirst(cell);

		if (!list_member_oid(databases, wanted->database))
		{
			queue = foreach_delete_current(queue, cell);
			pfree(wanted);
		}
		else if (wanted->not_before <= now && !is_surveyed(wanted->database))
		{
			queue = foreach_delete_current(queue, cell);
			return wanted;
		}
	}
	return NULL;
}

static void
start(int number, const Wanted *wanted)
{
	Running *survey = &running[number];
	PendoAssignment assignment = {
		.key = {.database = wanted->database},
		.number = number,
		.failures = wanted->failures,
	};

	pendo_board_survey_start(number, wanted->database);
	survey->database = wanted->database;
	survey->failures = wanted->failures;
	survey->handle = pendo_worker_start(PENDO_SURVEY, &assignment);
	if (survey->handle == NULL)
		enqueue(wanted->database, wanted->failures,
				pendo_worker_no_start_before());
}

static TimestampTz
next_time(void)
{
	TimestampTz next = DT_NOEND;
	ListCell *cell;

	foreach(cell, queue)
	{
		Wanted *wanted = lfirst(cell);

		if (!is_surveyed(wanted->database))
			next = Min(next, wanted->not_before);
	}
	return next == DT_NOEND ? next : Max(next, pendo_worker_no_start_before());
}

/*
 * While nothing may run, nobody wants to know what is due.  The reload that
 * ends this surveys everything.
 */
TimestampTz
pendo_run_surveys(const List *databases)
{
	int free_places = 0;

	for (int i = 0; i < PENDO_SURVEYS; i++)
		reap(i);
	if (pendo_workers_are_off())
		return DT_NOEND;
	for (int i = 0; i < PENDO_SURVEYS; i++)
	{
		Wanted *wanted;

		if (running[i].handle == NULL && (wanted = dequeue(databases)) != NULL)
		{
			start(i, wanted);
			pfree(wanted);
		}
		free_places += running[i].handle == NULL;
	}
	return free_places > 0 ? next_time() : DT_NOEND;
}
