/*-------------------------------------------------------------------------
 *
 * fdw/explain.c
 *	  What EXPLAIN says of a live table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fdw/fdw.h"
#include "utils/ruleutils.h"

/* One counter, left out in text when it is zero. */
static void
count(const char *label, const char *unit, uint64 value, ExplainState *es)
{
	if (value > 0 || es->format != EXPLAIN_FORMAT_TEXT)
		ExplainPropertyUInteger(label, unit, value, es);
}

static void
explain_counters(PendoScanState *state, ExplainState *es)
{
	PendoStreamStats stats = pendo_scan_stats(state);

	ExplainPropertyUInteger("Windows Read", NULL, stats.windows, es);
	ExplainPropertyUInteger("Requests", NULL, stats.requests, es);
	ExplainPropertyUInteger("Rows Received", NULL, stats.rows, es);
	ExplainPropertyUInteger("Bytes Received", NULL, stats.bytes, es);
	count("Bytes Spooled", NULL, stats.spooled, es);
	count("Retries", NULL, stats.retries, es);
	count("Windows Halved", NULL, stats.splits, es);
	count("Bad Values", NULL, pendo_converter_bad_values(state->converter), es);
	if (!es->timing)
		return;
	ExplainPropertyFloat("Network Wait", "ms", stats.network_wait_us / 1000.0,
						 3, es);
	count("Budget Wait", "ms", stats.budget_wait_us / 1000, es);
	count("Retry Wait", "ms", stats.retry_wait_us / 1000, es);
}

/*
 * What values are that only a run of the query would tell.  The plan's context
 * is needed for the result of a subquery, which is a parameter of the plan.
 */
static void
name_operands(PendoScanState *state, ForeignScan *plan, ExplainState *es)
{
	List *context = set_deparse_context_plan(es->deparse_cxt, (Plan *) plan,
											 NIL);
	ListCell *cell;

	foreach(cell, plan->fdw_exprs)
		state->operands[foreach_current_index(cell)]
			.text = deparse_expression(lfirst(cell), context, false, false);
}

void
pendoExplainForeignScan(ForeignScanState *node, ExplainState *es)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	PendoScanState *state = node->fdw_state;
	const PendoConnector *connector = state->scan.relation->connector;
	List *reasons = list_nth(plan->fdw_private, PENDO_PLAN_REASONS);
	List *labels = NIL;
	List *texts = NIL;
	List *said = NIL;
	ListCell *label;
	ListCell *text;
	ListCell *cell;

	name_operands(state, plan, es);
	connector->explain(&state->scan, &labels, &texts);
	forboth(label, labels, text, texts)
		ExplainPropertyText(lfirst(label), lfirst(text), es);
	foreach(cell, reasons)
		said = list_append_unique(said, lfirst(cell));
	foreach(cell, said)
		lfirst(cell) = strVal(lfirst(cell));
	if (said != NIL)
		ExplainPropertyList("Filter Reasons", said, es);
	if (es->analyze)
		explain_counters(state, es);
}
