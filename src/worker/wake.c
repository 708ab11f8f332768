/*-------------------------------------------------------------------------
 *
 * worker/wake.c
 *	  What SQL has to do with the workers.
 *
 *	  pendo._wake()				look again what is due in this database
 *	  pendo._wake_delivery()	there is something to deliver for a role
 *	  pendo._wake_on_insert()	the same, of the current role: a trigger
 *	  pendo._may_go_on()		is there a reason to end a long run early?
 *	  pendo._worker_state()		what the board says
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/trigger.h"
#include "compat.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "postmaster/interrupt.h"
#include "settings.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "worker/board.h"
#include "worker/worker.h"

PENDO_SQL_FUNCTION(pendo_wake);
PENDO_SQL_FUNCTION(pendo_wake_delivery);
PENDO_SQL_FUNCTION(pendo_wake_on_insert);
PENDO_SQL_FUNCTION(pendo_may_go_on);
PENDO_SQL_FUNCTION(pendo_worker_state);

/* Of this transaction; the list is in its memory. */
static bool is_wake_wanted = false;
static List *roles_to_deliver = NIL;

static void
forget_wakes(void)
{
	is_wake_wanted = false;
	roles_to_deliver = NIL;
}

static void
wake_all(void)
{
	ListCell *cell;

	if (is_wake_wanted)
		pendo_board_wake(MyDatabaseId);
	foreach(cell, roles_to_deliver)
	{
		PendoKey key = {MyDatabaseId, lfirst_oid(cell), PENDO_DELIVER};

		pendo_board_wake_one(key);
	}
	forget_wakes();
}

/*
 * The commit of a prepared transaction comes from another session, which would
 * not know.
 */
static void
check_no_wakes(void)
{
	if (is_wake_wanted)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("a transaction that has changed pulls cannot "
							   "be prepared")));
	if (roles_to_deliver != NIL)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("a transaction that has something delivered "
							   "cannot be prepared")));
}

/* At the end of a transaction: who is woken sees what it did. */
static void
wake_at_commit(XactEvent event, void *arg)
{
	switch (event)
	{
		case XACT_EVENT_COMMIT:
			wake_all();
			break;
		case XACT_EVENT_ABORT:
			forget_wakes();
			break;
		case XACT_EVENT_PRE_PREPARE:
			check_no_wakes();
			break;
		default:
			break;
	}
}

/* Not preloaded, there is nobody to wake, and nothing wrong with that. */
static bool
will_wake(void)
{
	static bool is_registered = false;

	if (!pendo_board_exists())
		return false;
	if (!is_registered)
		RegisterXactCallback(wake_at_commit, NULL);
	is_registered = true;
	return true;
}

/*
 * pendo_wake() returns void.
 */
Datum
pendo_wake(PG_FUNCTION_ARGS)
{
	if (will_wake())
		is_wake_wanted = true;
	PG_RETURN_VOID();
}

static void
wake_for(Oid role)
{
	MemoryContext caller;

	if (!will_wake())
		return;
	caller = MemoryContextSwitchTo(TopTransactionContext);
	roles_to_deliver = list_append_unique_oid(roles_to_deliver, role);
	MemoryContextSwitchTo(caller);
}

/*
 * pendo_wake_delivery(owner name) returns void.  A role that is not there has
 * no worker either.
 */
Datum
pendo_wake_delivery(PG_FUNCTION_ARGS)
{
	Oid role = get_role_oid(NameStr(*PG_GETARG_NAME(0)), true);

	if (OidIsValid(role))
		wake_for(role);
	PG_RETURN_VOID();
}

/*
 * pendo_wake_on_insert() returns trigger, of a statement.
 */
Datum
pendo_wake_on_insert(PG_FUNCTION_ARGS)
{
	if (!CALLED_AS_TRIGGER(fcinfo))
		elog(ERROR, "not called as a trigger");
	wake_for(GetUserId());
	PG_RETURN_POINTER(NULL);
}

/*
 * pendo_may_go_on() returns boolean.  In a worker, new settings are seen at once, as
 * if a client had sent a statement; to be called right after a COMMIT.
 */
Datum
pendo_may_go_on(PG_FUNCTION_ARGS)
{
	bool is_worker = pendo_board_has_mine();

	if (is_worker && ConfigReloadPending)
		pendo_worker_reload();
	if (is_worker)
		PG_RETURN_BOOL(!pendo_workers_are_off() &&
					   !pendo_task_must_make_room());
	PG_RETURN_BOOL(!pendo_paused);
}

static const char *
state_name(PendoEntryState state)
{
	static const char *const names[] = {
		[PENDO_FREE] = "free",		   [PENDO_WAITING] = "waiting",
		[PENDO_STARTING] = "starting", [PENDO_RUNNING] = "running",
		[PENDO_FAILED] = "failed",
	};

	return names[state];
}

static void
put_entry(ReturnSetInfo *result, const PendoEntry *entry)
{
	Datum values[] = {
		ObjectIdGetDatum(entry->key.database),
		ObjectIdGetDatum(entry->key.role),
		CStringGetTextDatum(pendo_tasks[entry->key.task].name),
		CStringGetTextDatum(state_name(entry->state)),
		TimestampTzGetDatum(entry->due_at),
		TimestampTzGetDatum(entry->not_before),
		Int32GetDatum(entry->pid),
		Int32GetDatum(entry->failures),
	};
	bool is_null[lengthof(values)] = {
		[5] = entry->not_before == 0,
		[6] = entry->pid == 0,
	};

	tuplestore_putvalues(result->setResult, result->setDesc, values, is_null);
}

/*
 * pendo_worker_state() returns a set of the board's entries.
 */
Datum
pendo_worker_state(PG_FUNCTION_ARGS)
{
	PendoEntry *entries;
	int count;

	if (!pendo_board_exists())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("pendo_fdw has no workers on this server"),
				 errdetail(
					 "The library was not loaded when the server started."),
				 errhint("Add pendo_fdw to \"shared_preload_libraries\" and "
						 "restart the server.  CALL pendo.run_pull() works "
						 "without.")));
	InitMaterializedSRF(fcinfo, 0);
	entries = pendo_board_entries(&count);
	for (int i = 0; i < count; i++)
		put_entry((ReturnSetInfo *) fcinfo->resultinfo, &entries[i]);
	return (Datum) 0;
}
