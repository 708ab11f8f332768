/*-------------------------------------------------------------------------
 *
 * worker/pull.c
 *	  The worker that runs the pulls of one role in one database.
 *
 * It is connected as that role, so that nothing in a pull, and no trigger on
 * its tables, runs with more than the owner's rights.  It asks when something
 * is due, runs what is, waits for the rest if that is a matter of seconds, and
 * ends otherwise: a connected worker blocks DROP DATABASE.
 *
 * An error ends it; the launcher starts another after a while.  It ends with
 * status 0 even so, as the server logs each other one.
 *
 * statement_timeout is not armed: a pull is long by nature.  The limits of a
 * transaction and of a lock hold.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/dbcommands.h"
#include "commands/extension.h"
#include "compat.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/interrupt.h"
#include "settings.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "worker/board.h"
#include "worker/call.h"
#include "worker/worker.h"

#define RUN_PULL "CALL pendo.run_pull()"

/* Qualified: the owner's search_path is the owner's own business. */
#define DUE_AT \
	"SELECT pg_catalog.min(due_at) FROM pendo._due_owner() " \
	"WHERE owner OPERATOR(pg_catalog.=) current_user"

/* It stays for what is due so soon. */
#define IDLE_LIMIT (INT64CONST(60) * USECS_PER_SEC)

/*
 * What is due and remains so after a run is somebody else's, who has leased
 * it: it is looked at after 1, 2, 4 … seconds.
 */
#define PATIENCE(runs) ((runs) == 0 ? 0 : (USECS_PER_SEC << (Min(runs, 7) - 1)))

extern PGDLLEXPORT void pendo_pull_main(Datum arg);

static uint32 wait_event = 0;

static void
begin_turn(const char *activity)
{
	SetCurrentStatementStartTimestamp();
	debug_query_string = activity;
	pgstat_report_activity(STATE_RUNNING, activity);
	StartTransactionCommand();
}

static void
end_turn(void)
{
	CommitTransactionCommand();
	pgstat_report_stat(true);
	debug_query_string = NULL;
	pgstat_report_activity(STATE_IDLE, NULL);
}

static TimestampTz
query_due_at(void)
{
	TimestampTz due_at = DT_NOEND;
	bool is_null;
	Datum value;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
	PushActiveSnapshot(GetTransactionSnapshot());
	if (SPI_execute(DUE_AT, true, 1) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "could not ask what is due");
	value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1,
						  &is_null);
	if (!is_null)
		due_at = DatumGetTimestampTz(value);
	PopActiveSnapshot();
	SPI_finish();
	return due_at;
}

/* DT_NOEND if nothing is, for want of an extension too. */
static TimestampTz
ask_due_at(void)
{
	TimestampTz due_at = DT_NOEND;

	begin_turn(DUE_AT);
	if (pendo_worker_hold_extension())
		due_at = query_due_at();
	end_turn();
	return due_at;
}

/* The extension is held until the procedure's first COMMIT. */
static void
run_due_pulls(void)
{
	begin_turn(RUN_PULL);
	if (pendo_worker_hold_extension())
		pendo_call(RUN_PULL);
	end_turn();
}

/* May it wait here for a time that is to come? */
static bool
may_wait(TimestampTz until)
{
	return until <= GetCurrentTimestamp() + IDLE_LIMIT &&
		   !pendo_board_is_crowded();
}

/*
 * Run what is due until there is nothing for a while, and give the entry back.
 */
static void
work(void)
{
	TimestampTz began = DT_NOBEGIN;
	TimestampTz not_before = DT_NOBEGIN;
	int vain = 0; /* runs after which the same was due */

	for (;;)
	{
		uint32 wakes = pendo_board_wakes();
		TimestampTz due_at;

		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
			pendo_worker_reload();
		due_at = ask_due_at();
		vain = due_at <= began ? vain : 0;
		due_at = Max(due_at, not_before + PATIENCE(vain));

		if (pendo_paused ||
			(due_at > GetCurrentTimestamp() && !may_wait(due_at)))
		{
			if (pendo_board_leave(due_at, wakes))
				return;
		}
		else if (due_at > GetCurrentTimestamp())
		{
			pendo_board_report(due_at);
			pendo_worker_wait(due_at, wait_event);
		}
		else
		{
			began = GetCurrentTimestamp();
			run_due_pulls();
			pendo_board_report(due_at);
			not_before = GetCurrentTimestamp();
			vain++;
		}
	}
}

/* Whom it works for, or what it works with, may have been dropped meanwhile. */
static bool
is_still_there(Oid role)
{
	bool is_there;

	StartTransactionCommand();
	is_there = SearchSysCacheExists1(AUTHOID, ObjectIdGetDatum(role)) &&
			   OidIsValid(get_extension_oid("pendo_fdw", true));
	CommitTransactionCommand();
	return is_there;
}

static void
fail(Oid role, const ErrorData *error)
{
	if (!is_still_there(role))
		pendo_board_leave(DT_NOEND, pendo_board_wakes());
	else if (pendo_board_fail(error->sqlerrcode))
		pendo_worker_log(error, "pulls stopped");
}

/* Each line of the log says who speaks. */
static void
say_who(void *name)
{
	errcontext("%s", (char *) name);
}

/* Its name as people know it; kept. */
static char *
own_name(Oid role)
{
	char *name;

	StartTransactionCommand();
	name = psprintf("%s for role \"%s\" in database \"%s\"",
					MyBgworkerEntry->bgw_type, GetUserNameFromId(role, false),
					get_database_name(MyDatabaseId));
	name = MemoryContextStrdup(TopMemoryContext, name);
	CommitTransactionCommand();
	return name;
}

static void
work_or_fail(Oid role)
{
	ErrorContextCallback callback = {
		.callback = say_who,
		.arg = own_name(role),
	};

	callback.previous = error_context_stack;
	PG_TRY();
	{
		error_context_stack = &callback;
		work();
		error_context_stack = callback.previous;
	}
	PG_CATCH();
	{
		fail(role, pendo_worker_caught());
	}
	PG_END_TRY();
}

void
pendo_pull_main(Datum arg)
{
	PendoAssignment assignment = pendo_worker_assignment();

	pendo_worker_begin();
	if (!pendo_board_claim(assignment.database, assignment.role))
		proc_exit(0);
	pendo_worker_connect(&assignment);
	wait_event = pendo_wait_event("PendoPull");
	work_or_fail(assignment.role);
	proc_exit(0);
}
