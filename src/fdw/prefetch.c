/*-------------------------------------------------------------------------
 *
 * fdw/prefetch.c
 *	  A scan's answers, fetched before it runs.
 *
 * A pull must not hold a snapshot while it waits for the network.  So it
 * fetches first: CALL pendo._fetch(query) plans the query, ends the
 * transaction, receives all that the scan will read into temporary files, and
 * keeps that.  When the same query then runs in a transaction of its own, its
 * scan finds what was kept and adopts it: it waits for nobody.
 *
 * What was fetched is known by the table, the user and what EXPLAIN says of
 * the requests, so that another query never gets it.  It is dropped by the
 * next fetch and by the end of the transaction in which it came: what nobody
 * adopts would else lie there until a later query took it for news.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_foreign_server.h"
#include "compat.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "fdw/fdw.h"
#include "foreign/foreign.h"
#include "funcapi.h"
#include "guarded.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parsetree.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"

PENDO_SQL_FUNCTION(pendo_prefetch);
PENDO_SQL_FUNCTION(pendo_check_may_commit);

/* All of it lives in a memory context of its own, below TopMemoryContext. */
typedef struct Prefetch
{
	MemoryContext context;
	PendoScan scan;
	PendoStream *stream;
	char *requests;	   /* as EXPLAIN has them */
	char *fingerprint; /* if that was all that was wanted */
	bool is_here;	   /* received in this transaction */
} Prefetch;

/* What a call is asked to do. */
typedef struct Work
{
	const char *query;
	bool only_fingerprint;
	Prefetch *prefetch;
} Work;

/* At most one at a time. */
static Prefetch *kept = NULL;

static void
forget(void)
{
	Prefetch *old = kept;

	kept = NULL;
	if (old != NULL)
		MemoryContextDelete(old->context);
}

static void
on_transaction_end(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_ABORT ||
		(event == XACT_EVENT_COMMIT && kept != NULL && kept->is_here))
		forget();
}

/* What is sent, as text; in the current memory context. */
static char *
requests_of(const PendoScan *scan)
{
	List *labels = NIL;
	List *texts = NIL;
	StringInfoData all;
	ListCell *cell;

	initStringInfo(&all);
	scan->relation->connector->explain(scan, &labels, &texts);
	foreach(cell, texts)
		appendStringInfo(&all, "%s\n", (char *) lfirst(cell));
	return all.data;
}

PendoStream *
pendo_prefetch_adopt(MemoryContext owner, const PendoScan *scan)
{
	Prefetch *found = kept;

	if (found == NULL || found->scan.relation->relid != scan->relation->relid ||
		found->scan.connection->serverid != scan->connection->serverid ||
		found->scan.connection->userid != scan->connection->userid ||
		found->scan.pushdown != scan->pushdown ||
		!bms_equal(found->scan.columns, scan->columns) ||
		strcmp(found->requests, requests_of(scan)) != 0)
		return NULL;
	kept = NULL;
	MemoryContextSetParent(found->context, owner);
	return found->stream;
}

/* The scan of a plan that is nothing but a scan of ours; else NULL. */
static ForeignScan *
our_scan(PlannedStmt *planned, Oid *relid)
{
	ForeignScan *scan = (ForeignScan *) planned->planTree;
	RangeTblEntry *entry;

	if (!IsA(scan, ForeignScan) || list_length(planned->rtable) != 1)
		return NULL;
	entry = rt_fetch(scan->scan.scanrelid, planned->rtable);
	*relid = entry->relid;
	if (GetFdwRoutineByRelId(entry->relid)->IterateForeignScan !=
		pendoIterateForeignScan)
		return NULL;
	return scan;
}

static void
check_right_to_read(Oid relid)
{
	AclResult result = pg_class_aclcheck(relid, GetUserId(), ACL_SELECT);

	if (result != ACLCHECK_OK)
		aclcheck_error(result, OBJECT_FOREIGN_TABLE, get_rel_name(relid));
}

/* The operands' values, in the current memory context. */
static void
evaluate(List *exprs, PendoOperand *operands)
{
	EState *estate = CreateExecutorState();
	ListCell *cell;

	foreach(cell, exprs)
	{
		PendoOperand *operand = &operands[foreach_current_index(cell)];
		Expr *expr = lfirst(cell);
		ExprState *state = ExecPrepareExpr(expr, estate);
		int16 length;
		bool by_value;
		Datum value;

		value = ExecEvalExprSwitchContext(state, GetPerTupleExprContext(estate),
										  &operand->is_null);
		get_typlenbyval(exprType((Node *) expr), &length, &by_value);
		if (!operand->is_null)
			operand->value = datumCopy(value, by_value, length);
		operand->is_known = true;
	}
	FreeExecutorState(estate);
}

static Prefetch *
make_prefetch(const ForeignScan *plan, Oid relid)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "pendo_fdw prefetch",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	Prefetch *prefetch = palloc0(sizeof(Prefetch));
	PendoOperand *operands;

	check_right_to_read(relid);
	prefetch->context = context;
	operands = pendo_scan_from_plan(&prefetch->scan, plan, relid);
	evaluate(plan->fdw_exprs, operands);
	prefetch->scan.connection =
		pendo_connection_get(GetForeignTable(relid)->serverid, GetUserId());
	prefetch->scan.connection->request_class = PENDO_CLASS_PULL;
	prefetch->scan.is_ahead = true;
	prefetch->requests = requests_of(&prefetch->scan);
	MemoryContextSwitchTo(old);
	return prefetch;
}

/* What the query will ask for; stays NULL if that is nothing of ours. */
static void
prepare(void *arg)
{
	Work *work = arg;
	SPIPlanPtr prepared = SPI_prepare(work->query, 0, NULL);
	CachedPlan *cached = NULL;

	if (prepared != NULL &&
		list_length(SPI_plan_get_plan_sources(prepared)) == 1)
		cached = SPI_plan_get_cached_plan(prepared);
	if (cached != NULL)
	{
		Oid relid;
		ForeignScan *scan = our_scan(linitial_node(PlannedStmt,
												   cached->stmt_list),
									 &relid);

		if (scan != NULL)
			work->prefetch = make_prefetch(scan, relid);
		ReleaseCachedPlan(cached, NULL); /* not saved: nobody owns it */
	}
	if (prepared != NULL)
		SPI_freeplan(prepared);
}

static void
receive_rows(Prefetch *prefetch)
{
	prefetch->stream = prefetch->scan.relation->connector
						   ->scan_open(prefetch->context, &prefetch->scan);
	pendo_stream_fetch(prefetch->stream);
}

static void
receive_fingerprint(Prefetch *prefetch)
{
	const PendoConnector *connector = prefetch->scan.relation->connector;
	MemoryContext old = MemoryContextSwitchTo(prefetch->context);

	if (connector->fingerprint != NULL)
		prefetch->fingerprint = connector->fingerprint(&prefetch->scan);
	MemoryContextSwitchTo(old);
}

static void
receive(void *arg)
{
	Work *work = arg;

	if (work->only_fingerprint)
		receive_fingerprint(work->prefetch);
	else
		receive_rows(work->prefetch);
}

static void
keep(Prefetch *prefetch)
{
	static bool is_registered = false;

	if (!is_registered)
		RegisterXactCallback(on_transaction_end, NULL);
	is_registered = true;
	MemoryContextSetParent(prefetch->context, TopMemoryContext);
	kept = prefetch;
}

static Datum
result_row(FunctionCallInfo fcinfo, const Prefetch *prefetch,
		   const ErrorData *error)
{
	const PendoStreamStats *stats = prefetch != NULL && prefetch->stream != NULL
										? pendo_stream_stats(prefetch->stream)
										: NULL;
	const char *fingerprint = prefetch != NULL ? prefetch->fingerprint : NULL;
	Datum values[5] = {0};
	bool nulls[5] = {false, false, fingerprint == NULL, error == NULL,
					 error == NULL};
	TupleDesc descriptor;

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	values[0] = Int64GetDatum(stats ? (int64) stats->requests : 0);
	values[1] = Int64GetDatum(stats ? (int64) stats->bytes : 0);
	if (fingerprint != NULL)
	{
		values[0] = Int64GetDatum(1);
		values[1] = Int64GetDatum((int64) strlen(fingerprint));
		values[2] = CStringGetTextDatum(fingerprint);
	}
	if (error != NULL)
	{
		values[3] = CStringGetTextDatum(
			error->detail != NULL
				? psprintf("%s: %s", error->message, error->detail)
				: error->message);
		values[4] = CStringGetTextDatum(unpack_sql_state(error->sqlerrcode));
	}
	return HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
}

/*
 * pendo._fetch(query text, only_fingerprint boolean, OUT requests bigint,
 * OUT bytes bigint, OUT fingerprint text, OUT failure text,
 * OUT failure_state text), a procedure: fetch ahead what "query" will read, if
 * that is one live table; or only its fingerprint.  Commits first, where it may,
 * so that no snapshot is held meanwhile.  A failure is told in the last two; a
 * cancel is raised.
 */
Datum
pendo_prefetch(PG_FUNCTION_ARGS)
{
	CallContext *call = (CallContext *) fcinfo->context;
	bool atomic = call == NULL || !IsA(call, CallContext) || call->atomic;
	MemoryContext caller = CurrentMemoryContext;
	Work work = {text_to_cstring(PG_GETARG_TEXT_PP(0)), PG_GETARG_BOOL(1),
				 NULL};
	ErrorData *error;
	Datum result;

	forget();
	SPI_connect_ext(atomic ? 0 : SPI_OPT_NONATOMIC);
	error = pendo_guarded(prepare, &work);
	if (error == NULL && work.prefetch != NULL)
	{
		/* From now on no transaction's end takes it along but a failed one. */
		keep(work.prefetch);
		if (!atomic)
			SPI_commit_and_chain();
		error = pendo_guarded(receive, &work);
	}
	MemoryContextSwitchTo(caller);
	result = result_row(fcinfo, work.prefetch, error);
	if (error != NULL || work.only_fingerprint)
		forget();
	else if (kept != NULL)
		kept->is_here = true;
	SPI_finish();
	return result;
}

/*
 * pendo._check_may_commit(), a procedure: an error where the caller's COMMIT
 * would be one.
 */
Datum
pendo_check_may_commit(PG_FUNCTION_ARGS)
{
	CallContext *call = (CallContext *) fcinfo->context;

	if (call == NULL || !IsA(call, CallContext) || call->atomic)
		ereport(
			ERROR,
			(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
			 errmsg(
				 "pulls and deliveries cannot run inside a transaction block"),
			 errdetail("They commit after each step."),
			 errhint("CALL it by itself, with autocommit on, and from no "
					 "function.")));
	PG_RETURN_VOID();
}
