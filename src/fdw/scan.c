/*-------------------------------------------------------------------------
 *
 * fdw/scan.c
 *	  The executor's callbacks of a live table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "executor/executor.h"
#include "fdw/fdw.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

/* The types of the operands; their values come when the scan begins. */
static PendoOperand *
operands_of(List *exprs)
{
	PendoOperand *operands = palloc0(sizeof(PendoOperand) *
									 Max(list_length(exprs), 1));
	ListCell *cell;

	foreach(cell, exprs)
	{
		PendoOperand *operand = &operands[foreach_current_index(cell)];
		Oid type = exprType(lfirst(cell));
		Oid element = get_element_type(type);

		operand->is_array = OidIsValid(element);
		operand->type = operand->is_array ? element : type;
	}
	return operands;
}

PendoOperand *
pendo_scan_from_plan(PendoScan *scan, const ForeignScan *plan, Oid relid)
{
	List *items = plan->fdw_private;
	PendoOperand *operands = operands_of(plan->fdw_exprs);
	ListCell *cell;

	scan->relation = pendo_relation_get(relid);
	scan->pushdown = boolVal(list_nth(items, PENDO_PLAN_PUSHDOWN));
	foreach(cell, (List *) list_nth(items, PENDO_PLAN_FILTERS))
		scan->filters = lappend(scan->filters,
								pendo_filter_from_list(lfirst(cell)));
	foreach(cell, (List *) list_nth(items, PENDO_PLAN_COLUMNS))
		scan->columns = bms_add_member(scan->columns, lfirst_int(cell));
	scan->operands = operands;
	scan->operand_count = list_length(plan->fdw_exprs);
	return operands;
}

static bool
has_param(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param))
		return true;
	return expression_tree_walker(node, has_param, context);
}

/*
 * Evaluate the operands, into the scan's own memory.  While only explaining,
 * those that need a parameter stay unknown.
 */
static void
evaluate_operands(PendoScanState *state, ForeignScanState *node,
				  bool is_explain)
{
	ExprContext *context = node->ss.ps.ps_ExprContext;
	List *exprs = ((ForeignScan *) node->ss.ps.plan)->fdw_exprs;
	ListCell *cell;

	foreach(cell, state->operand_states)
	{
		int i = foreach_current_index(cell);
		PendoOperand *operand = &state->operands[i];
		MemoryContext old;
		Datum value;
		int16 length;
		bool by_value;

		if (is_explain && has_param(list_nth(exprs, i), NULL))
			continue;
		value = ExecEvalExprSwitchContext(lfirst(cell), context,
										  &operand->is_null);
		get_typlenbyval(exprType(list_nth(exprs, i)), &length, &by_value);
		old = MemoryContextSwitchTo(state->context);
		if (!operand->is_null)
			operand->value = datumCopy(value, by_value, length);
		MemoryContextSwitchTo(old);
		operand->is_known = true;
	}
	ResetExprContext(context);
}

static PendoScanState *
make_state(ForeignScanState *node)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	PendoScanState *state = palloc0(sizeof(PendoScanState));

	state->operands = pendo_scan_from_plan(&state->scan, plan,
										   RelationGetRelid(
											   node->ss.ss_currentRelation));
	state->operand_states = ExecInitExprList(plan->fdw_exprs,
											 (PlanState *) node);
	state->context = AllocSetContextCreate(CurrentMemoryContext,
										   "pendo_fdw scan",
										   ALLOCSET_DEFAULT_SIZES);
	state->row = AllocSetContextCreate(CurrentMemoryContext, "pendo_fdw row",
									   ALLOCSET_DEFAULT_SIZES);
	return state;
}

void
pendoBeginForeignScan(ForeignScanState *node, int eflags)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	PendoScanState *state = make_state(node);
	Oid userid;

	node->fdw_state = state;
	if ((eflags & EXEC_FLAG_EXPLAIN_ONLY) != 0)
	{
		evaluate_operands(state, node, true);
		return;
	}
	userid = pendo_check_as_user(plan, node->ss.ps.state);
	if (!OidIsValid(userid))
		userid = GetUserId();
	state->scan.connection = pendo_connection_get(
		GetForeignTable(state->scan.relation->relid)->serverid, userid);
	state->converter = pendo_converter_create(state->scan.relation,
											  state->scan.columns);
}

/* Says whose row and column an error is about. */
static void
say_where(void *arg)
{
	const PendoScanState *state = arg;
	const char *column = pendo_converter_column(state->converter);

	if (state->stream == NULL)
		return;
	if (column != NULL)
		errcontext("column \"%s\", row " UINT64_FORMAT
				   " of foreign table \"%s\", window %s",
				   column, pendo_stream_stats(state->stream)->rows,
				   state->scan.relation->name,
				   pendo_stream_where(state->stream));
	else
		errcontext("scan of foreign table \"%s\" on server \"%s\", window %s",
				   state->scan.relation->name, state->scan.connection->name,
				   pendo_stream_where(state->stream));
}

static void
begin_stream(PendoScanState *state, ForeignScanState *node)
{
	evaluate_operands(state, node, false);
	state->stream = pendo_prefetch_adopt(state->context, &state->scan);
	if (state->stream == NULL)
		state->stream = state->scan.relation->connector
							->scan_open(state->context, &state->scan);
}

TupleTableSlot *
pendoIterateForeignScan(ForeignScanState *node)
{
	PendoScanState *state = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
	const PendoJsonValue *row;
	ErrorContextCallback callback;

	ExecClearTuple(slot);
	callback.callback = say_where;
	callback.arg = state;
	callback.previous = error_context_stack;
	error_context_stack = &callback;

	if (state->stream == NULL)
		begin_stream(state, node);
	row = pendo_stream_next(state->stream);
	if (row != NULL)
	{
		MemoryContext old;

		MemoryContextReset(state->row);
		old = MemoryContextSwitchTo(state->row);
		pendo_convert_row(state->converter, row, slot->tts_values,
						  slot->tts_isnull);
		MemoryContextSwitchTo(old);
		ExecStoreVirtualTuple(slot);
	}

	error_context_stack = callback.previous;
	return slot;
}

static void
add_stats(PendoStreamStats *sum, const PendoStreamStats *more)
{
	sum->windows += more->windows;
	sum->requests += more->requests;
	sum->retries += more->retries;
	sum->splits += more->splits;
	sum->rows += more->rows;
	sum->bytes += more->bytes;
	sum->spooled += more->spooled;
	sum->connections += more->connections;
	sum->budget_wait_us += more->budget_wait_us;
	sum->retry_wait_us += more->retry_wait_us;
	sum->network_wait_us += more->network_wait_us;
}

PendoStreamStats
pendo_scan_stats(const PendoScanState *state)
{
	PendoStreamStats sum = state->past;

	if (state->stream != NULL)
		add_stats(&sum, pendo_stream_stats(state->stream));
	return sum;
}

/* End the stream, but keep what it counted. */
static void
end_stream(PendoScanState *state)
{
	if (state->stream == NULL)
		return;
	add_stats(&state->past, pendo_stream_stats(state->stream));
	pendo_stream_close(state->stream);
	state->stream = NULL;
	MemoryContextReset(state->context);

	/* The values went with the context; EXPLAIN may still ask for them. */
	for (int i = 0; i < state->scan.operand_count; i++)
		state->operands[i].is_known = false;
}

void
pendoReScanForeignScan(ForeignScanState *node)
{
	end_stream(node->fdw_state);
}

void
pendoEndForeignScan(ForeignScanState *node)
{
	PendoScanState *state = node->fdw_state;

	if (state == NULL)
		return;
	end_stream(state);
	MemoryContextDelete(state->row);
	MemoryContextDelete(state->context);
}
