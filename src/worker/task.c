/*-------------------------------------------------------------------------
 *
 * worker/task.c
 *	  The worker that does one task of one role in one database.
 *
 * It is connected as that role, so that nothing in a pull, and no trigger on
 * its tables, runs with more than the owner's rights.  It asks when something
 * is due, runs what is, waits for the rest if that is a matter of seconds, and
 * ends otherwise: a connected worker blocks DROP DATABASE.
 *
 * An error ends it; the launcher starts another after a while.  It ends with
 * status 0 even so, as the server logs each other one.
 *
 * statement_timeout is not armed: a pull is long by nature, and so is what
 * delivers for as long as there is something.  The limits of a transaction and
 * of a lock hold.
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
#include "worker/task.h"
#include "worker/worker.h"

#define MSECS(n)   (INT64CONST(1000) * (n))
#define SECONDS(n) (USECS_PER_SEC * (n))

/*
 * Qualified: the owner's search_path is the owner's own business.
 *
 * What is due and remains so after a run is somebody else's: a pull that is
 * leased, which takes long, or an item behind a transaction that is about to
 * end.  Hence the difference in patience.
 */
const PendoTaskKind pendo_tasks[PENDO_TASKS] = {
	[PENDO_PULL] =
		{
			.name = "pull",
			.things = "pulls",
			.type = "pendo_fdw pull",
			.wait_event = "PendoPull",
			.due_at = "SELECT pg_catalog.min(due_at) FROM pendo._due_pull()",
			.run = "CALL pendo.run_pull()",
			.patience = SECONDS(1),
			.turn = 0,
			.lingers = false,
		},
	[PENDO_DELIVER] =
		{
			.name = "deliver",
			.things = "deliveries",
			.type = "pendo_fdw delivery",
			.wait_event = "PendoDelivery",
			.due_at =
				"SELECT pg_catalog.min(due_at) FROM pendo._due_delivery() "
				"WHERE owner OPERATOR(pg_catalog.=) current_user",
			.run = "CALL pendo.run_delivery()",
			.patience = MSECS(5),
			.turn = SECONDS(2),
			.lingers = true,
		},
};

/* It stays for what is due so soon, or so long after its last run. */
#define IDLE_LIMIT SECONDS(60)

/* The time before what was in vain so often is tried again: doubled each. */
#define PATIENCE(patience, times) \
	((times) == 0 ? 0 : (patience) << (Min(times, 7) - 1))

/*
 * Wakes may come by the thousand and with nothing due, such as while a
 * connection is paused: who asks in vain asks again after 1, 2, 4 … 512
 * milliseconds.
 */
#define ASK_PATIENCE(times) \
	((times) == 0 ? 0 : MSECS(1) << (Min(times, 10) - 1))

extern PGDLLEXPORT void pendo_task_main(Datum arg);

static const PendoTaskKind *kind = NULL;
static uint32 wait_event = 0;

/* How this worker fares. */
static TimestampTz claimed_at = 0;
static bool has_extension = false;
static TimestampTz ran_until = DT_NOBEGIN;
static TimestampTz ran_for = DT_NOBEGIN; /* what was due then */
static TimestampTz asked_at = DT_NOBEGIN;
static TimestampTz answer = DT_NOBEGIN; /* to the last question */
static int vain_runs = 0;				/* after which the same was due */
static int vain_asks = 0;				/* one after the other */

bool
pendo_task_by_name(const char *name, PendoTask *task)
{
	for (int i = 0; i < PENDO_TASKS; i++)
	{
		if (strcmp(pendo_tasks[i].name, name) == 0)
		{
			*task = i;
			return true;
		}
	}
	return false;
}

bool
pendo_task_must_make_room(void)
{
	return pendo_board_is_crowded() &&
		   GetCurrentTimestamp() >= claimed_at + kind->turn;
}

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
	if (SPI_execute(kind->due_at, true, 1) != SPI_OK_SELECT ||
		SPI_processed != 1)
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

	begin_turn(kind->due_at);
	has_extension = pendo_worker_hold_extension();
	if (has_extension)
		due_at = query_due_at();
	end_turn();
	return due_at;
}

/* The extension is held until the procedure's first COMMIT. */
static void
run_what_is_due(void)
{
	ran_for = answer;
	begin_turn(kind->run);
	if (pendo_worker_hold_extension())
		pendo_call(kind->run);
	end_turn();
	ran_until = GetCurrentTimestamp();
	vain_runs++;
	vain_asks = 0;
}

/* When it may run again, now or later; else DT_NOEND. */
static TimestampTz
ask(void)
{
	TimestampTz now;

	answer = ask_due_at();
	now = GetCurrentTimestamp();
	if (answer != ran_for)
		vain_runs = 0;
	if (asked_at + SECONDS(1) < now)
		vain_asks = 0; /* the one before was long ago */
	if (answer > now)
		vain_asks++;
	asked_at = now;
	return Max(answer, ran_until + PATIENCE(kind->patience, vain_runs));
}

/* Until when it may stay for something that is due then; 0: not at all. */
static TimestampTz
stay_until(TimestampTz due_at)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz end = Max(claimed_at, ran_until) + IDLE_LIMIT;

	if (pendo_workers_are_off() || pendo_board_is_crowded())
		return 0;
	if (due_at <= now + IDLE_LIMIT)
		return due_at;
	return kind->lingers && has_extension && end > now ? end : 0;
}

/* Wait for the time at which it may ask again; then it is true. */
static bool
may_ask(void)
{
	TimestampTz ask_at = asked_at + ASK_PATIENCE(vain_asks);

	if (ask_at <= GetCurrentTimestamp() || pendo_workers_are_off() ||
		pendo_board_is_crowded())
		return true;
	pendo_worker_wait(ask_at, wait_event);
	return false;
}

/* Is there nothing to do, and no wake that only its entry would get? */
static bool
is_over(TimestampTz due_at)
{
	return due_at == DT_NOEND && !(kind->lingers && has_extension);
}

/* After its last question, or because it must. */
static bool
leave(TimestampTz due_at, uint32 wakes)
{
	if (pendo_board_leave(due_at, is_over(due_at), wakes))
		return true;
	if (!pendo_workers_are_off() && !pendo_board_is_crowded())
		return false;
	pendo_board_make_room(); /* who has woken it wakes another */
	return true;
}

/* Nothing is due now: wait, or give the entry back, which is true. */
static bool
rest(TimestampTz due_at, uint32 wakes)
{
	TimestampTz until = stay_until(due_at);

	if (until == 0)
		return leave(due_at, wakes);
	pendo_board_report(due_at);
	pendo_worker_wait(until, wait_event);
	return false;
}

/*
 * Run what is due until there is nothing for a while, and give the entry back.
 */
static void
work(void)
{
	for (;;)
	{
		TimestampTz due_at;
		uint32 wakes;

		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
			pendo_worker_reload();
		if (!may_ask())
			continue;
		wakes = pendo_board_wakes();
		due_at = ask();
		if (pendo_workers_are_off() || due_at > GetCurrentTimestamp())
		{
			if (rest(due_at, wakes))
				return;
		}
		else if (ran_until != DT_NOBEGIN && pendo_task_must_make_room())
		{
			pendo_board_make_room();
			return;
		}
		else
		{
			run_what_is_due();
			pendo_board_report(due_at);
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
		pendo_board_leave(DT_NOEND, true, pendo_board_wakes());
	else if (pendo_board_fail(error->sqlerrcode))
		pendo_worker_log(error, psprintf("%s stopped", kind->things));
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
pendo_task_main(Datum arg)
{
	PendoAssignment assignment = pendo_worker_assignment();

	pendo_worker_begin();
	if (!pendo_board_claim(assignment.key))
		proc_exit(0);
	kind = &pendo_tasks[assignment.key.task];
	claimed_at = GetCurrentTimestamp();
	pendo_worker_connect(&assignment);
	wait_event = pendo_wait_event(kind->wait_event);
	work_or_fail(assignment.key.role);
	proc_exit(0);
}
