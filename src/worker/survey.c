/*-------------------------------------------------------------------------
 *
 * worker/survey.c
 *	  The worker that looks what is due in one database.
 *
 * It has a superuser's rights, as the launcher does not know yet for whom
 * something is due; so it runs nothing but the extension's own function, found
 * by its membership, with a search_path that holds nobody's objects.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/pg_proc.h"
#include "commands/dbcommands.h"
#include "commands/extension.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "pgstat.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "worker/board.h"
#include "worker/worker.h"

/* Somebody changes the pulls' tables: come back later. */
#define LOCK_TIMEOUT "10s"

#define DUE_OWNERS \
	"SELECT r.oid, d.due_at," \
	" has_database_privilege(r.oid, current_database(), 'CONNECT'), r.rolname," \
	" d.task" \
	" FROM pendo._due_owner() d JOIN pg_roles r ON r.rolname = d.owner" \
	" WHERE d.due_at < 'infinity'"

extern PGDLLEXPORT void pendo_survey_main(Datum arg);

/* A version without the function has nothing for workers to do. */
static bool
has_due_owner(void)
{
	List *name = list_make2(makeString("pendo"), makeString("_due_owner"));
	Oid function = LookupFuncName(name, 0, NULL, true);

	return OidIsValid(function) &&
		   getExtensionOfObject(ProcedureRelationId, function) ==
			   get_extension_oid("pendo_fdw", false);
}

static Datum
value_of(HeapTuple row, int column)
{
	bool is_null;
	Datum value = SPI_getbinval(row, SPI_tuptable->tupdesc, column, &is_null);

	if (is_null)
		elog(ERROR, "column %d of a survey is null", column);
	return value;
}

/* Is this row of the answer one that a worker can do something about? */
static bool
read_row(HeapTuple row, PendoDue *due)
{
	due->role = DatumGetObjectId(value_of(row, 1));
	due->due_at = DatumGetTimestampTz(value_of(row, 2));
	if (!pendo_task_by_name(TextDatumGetCString(value_of(row, 5)), &due->task))
		return false; /* of a version to come */
	if (DatumGetBool(value_of(row, 3)))
		return true;
	ereport(WARNING, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					  errmsg("%s of role \"%s\" in database \"%s\" do not run",
							 pendo_tasks[due->task].things,
							 NameStr(*DatumGetName(value_of(row, 4))),
							 get_database_name(MyDatabaseId)),
					  errdetail("The role has no CONNECT privilege."),
					  errhint("Grant it, and reload the configuration.")));
	return false;
}

static void
put_on_board(uint64 number)
{
	PendoDue *due = palloc((SPI_processed + 1) * sizeof(PendoDue));
	int count = 0;

	for (uint64 i = 0; i < SPI_processed; i++)
	{
		if (read_row(SPI_tuptable->vals[i], &due[count]))
			count++;
	}
	if (!pendo_board_replace(MyDatabaseId, due, count, number))
		ereport(
			ERROR,
			(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
			 errmsg("too many roles have pulls or deliveries on this server")));
}

static void
look(void)
{
	uint64 number = pendo_board_survey_number();

	debug_query_string = DUE_OWNERS;
	pgstat_report_activity(STATE_RUNNING, DUE_OWNERS);
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	if (pendo_worker_hold_extension() && has_due_owner())
	{
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "could not connect to SPI");
		PushActiveSnapshot(GetTransactionSnapshot());
		if (SPI_execute(DUE_OWNERS, true, 0) != SPI_OK_SELECT)
			elog(ERROR, "could not ask what is due");
		put_on_board(number);
		PopActiveSnapshot();
		SPI_finish();
	}
	else
		pendo_board_replace(MyDatabaseId, NULL, 0, number);
	CommitTransactionCommand();
	pgstat_report_stat(true);
}

/* One that has failed before was logged then. */
static void
look_or_fail(const PendoAssignment *assignment)
{
	PG_TRY();
	{
		look();
		pendo_board_survey_done(assignment->number, assignment->key.database);
	}
	PG_CATCH();
	{
		ErrorData *error = pendo_worker_caught();

		if (assignment->failures == 0)
			pendo_worker_log(error, "could not see what is due");
	}
	PG_END_TRY();
}

void
pendo_survey_main(Datum arg)
{
	PendoAssignment assignment = pendo_worker_assignment();

	pendo_worker_begin();
	pendo_worker_connect(&assignment);
	SetConfigOption("search_path", "pg_catalog, pg_temp", PGC_USERSET,
					PGC_S_OVERRIDE);
	SetConfigOption("row_security", "off", PGC_USERSET, PGC_S_OVERRIDE);
	SetConfigOption("lock_timeout", LOCK_TIMEOUT, PGC_USERSET, PGC_S_OVERRIDE);
	look_or_fail(&assignment);
	proc_exit(0);
}
