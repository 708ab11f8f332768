/*-------------------------------------------------------------------------
 *
 * worker/launcher.c
 *	  The launcher: surveys databases and starts the workers of what is due.
 *
 * It is connected to no database and reads the shared catalogs alone.  Each
 * turn looks at everything anew: what has been woken, who has ended, what is
 * due.  Then it sleeps until the next due time, or a latch: without a clock of
 * its own, an idle server has nothing to do for us.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "compat.h"
#include "miscadmin.h"
#include "postmaster/interrupt.h"
#include "settings.h"
#include "utils/timestamp.h"
#include "worker/board.h"
#include "worker/launcher.h"
#include "worker/worker.h"

/* Calls are answered this often in the long run, and so many at once. */
#define CALL_INTERVAL (5 * USECS_PER_SEC)
#define CALL_CREDIT	  (10 * CALL_INTERVAL)

extern PGDLLEXPORT void pendo_launcher_main(Datum arg);

void
pendo_launcher_register(void)
{
	BackgroundWorker worker;

	if (IsBinaryUpgrade)
		return;
	pendo_worker_describe(&worker, PENDO_LAUNCHER, 0);
	RegisterBackgroundWorker(&worker);
}

/*
 * A negative limit other than "none" marks a database whose DROP was cut off.
 * A template's pulls are those of the databases to come.
 */
static bool
may_enter(const FormData_pg_database *database)
{
	return database->datallowconn && !database->datistemplate &&
		   database->datconnlimit >= -1;
}

/*
 * A scan without index: pg_database is small, and the syscache would fetch
 * columns that may be toasted, which cannot be done without a database.
 */
static List *
open_databases(void)
{
	Relation relation = table_open(DatabaseRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, NULL, 0,
										  NULL);
	List *databases = NIL;
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		FormData_pg_database *database = (FormData_pg_database *) GETSTRUCT(
			tuple);

		if (may_enter(database))
			databases = lappend_oid(databases, database->oid);
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	return databases;
}

static void
want_surveys(const List *databases, bool all)
{
	List *woken;
	ListCell *cell;

	if (!pendo_board_take_wakes(&woken))
		all = true;
	foreach(cell, all ? databases : woken)
		pendo_want_survey(lfirst_oid(cell));
}

/*
 * A call is answered at once, unless there were many: they come with each item
 * for a connection that is paused, and such an item is due for nobody.  Those
 * wait on the board, where one stands for all.
 */
static TimestampTz
answer_calls(const List *databases)
{
	static TimestampTz paid_until = 0;
	TimestampTz now = GetCurrentTimestamp();
	List *callers;
	ListCell *cell;
	bool all;

	if (!pendo_board_has_calls())
		return DT_NOEND;
	if (paid_until > now + CALL_CREDIT)
		return paid_until - CALL_CREDIT;
	paid_until = Max(paid_until, now) + CALL_INTERVAL;
	all = !pendo_board_take_calls(&callers);
	foreach(cell, all ? databases : callers)
		pendo_want_survey(lfirst_oid(cell));
	return DT_NOEND;
}

/* When is the next one? */
static TimestampTz
turn(bool survey_all)
{
	TimestampTz next_call;
	TimestampTz next_survey;
	TimestampTz next_worker;
	List *databases;

	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	databases = open_databases();
	want_surveys(databases, survey_all);
	next_call = answer_calls(databases);
	next_survey = pendo_run_surveys(databases);
	next_worker = pendo_dispatch(databases);
	CommitTransactionCommand();
	return Min(next_call, Min(next_survey, next_worker));
}

void
pendo_launcher_main(Datum arg)
{
	uint32 wait_event;
	bool survey_all = true;

	pendo_worker_begin();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	wait_event = pendo_wait_event("PendoLauncher");
	pendo_board_enter_launcher();
	for (;;)
	{
		TimestampTz next;

		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
		{
			pendo_worker_reload();
			survey_all = true;
		}
		next = turn(survey_all);
		survey_all = false;
		pendo_worker_wait(next, wait_event);
	}
}
