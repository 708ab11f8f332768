/*-------------------------------------------------------------------------
 *
 * fdw/plan.c
 *	  Paths and plans of live tables.
 *
 * There is one path: the scan.  Of each condition the plan knows whether it
 * is sent, and then whether it is checked again here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "compat.h"
#include "fdw/fdw.h"
#include "nodes/makefuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"
#include "settings.h"
#include "utils/lsyscache.h"

/* Without statistics: a guess that makes joins hash the local side. */
#define DEFAULT_ROWS 10000

/*
 * Guessed selectivities multiply to a single row, and a nested loop over one
 * row costs no more than a hash join, but asks the remote system again for
 * each row that really comes.  Expect enough of them for that to be dear.
 */
#define LEAST_ROWS 1000

/*
 * A request's cost: enough to prefer one scan to many, not so much that every
 * query is worth compiling (jit_above_cost).
 */
#define REQUEST_COST 10000.0

/* Reading a row out of JSON, beside cpu_tuple_cost. */
#define ROW_COST 0.02

/* What is found out about a table before it is planned. */
typedef struct PlanInfo
{
	PendoRelation *relation;
	bool pushdown;
	List *filters;	/* of filters as lists */
	List *operands; /* of Expr * */
	List *exact;	/* of RestrictInfo *: not checked again */
	List *reasons;	/* of String */
} PlanInfo;

static void
look_at_clause(PlanInfo *info, RelOptInfo *baserel, RestrictInfo *restriction)
{
	const char *reason = NULL;
	PendoFilter *filter;

	/* Without columns it decides, above the scan, whether there is one. */
	if (restriction->pseudoconstant)
		return;
	filter = pendo_filter_from_clause(info->relation, baserel->relid,
									  restriction->clause, &info->operands,
									  &reason);
	if (filter != NULL)
	{
		info->filters = lappend(info->filters, pendo_filter_to_list(filter));
		if (filter->push == PENDO_PUSH_EXACT && info->pushdown)
			info->exact = lappend(info->exact, restriction);
		else if (info->pushdown && reason == NULL)
			reason = "sent and checked again";
	}
	if (!info->pushdown)
		reason = "pendo_fdw.enable_pushdown is off";
	if (reason != NULL)
		info->reasons = lappend(info->reasons, makeString(pstrdup(reason)));
}

void
pendoGetForeignRelSize(PlannerInfo *root, RelOptInfo *baserel,
					   Oid foreigntableid)
{
	PlanInfo *info = palloc0(sizeof(PlanInfo));
	bool is_guess = baserel->tuples < 0;
	ListCell *cell;

	info->relation = pendo_relation_get(foreigntableid);
	info->pushdown = pendo_enable_pushdown;
	foreach(cell, baserel->baserestrictinfo)
		look_at_clause(info, baserel, lfirst_node(RestrictInfo, cell));
	baserel->fdw_private = info;
	if (is_guess)
	{
		baserel->pages = 0;
		baserel->tuples = DEFAULT_ROWS;
	}
	set_baserel_size_estimates(root, baserel);
	if (is_guess)
		baserel->rows = Max(baserel->rows, LEAST_ROWS);
}

void
pendoGetForeignPaths(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid)
{
	Cost total = REQUEST_COST + baserel->rows * (cpu_tuple_cost + ROW_COST);

	add_path(baserel,
			 (Path *) pendo_create_foreignscan_path(root, baserel,
													baserel->rows, REQUEST_COST,
													total,
													baserel->lateral_relids));
}

/* Columns that the query reads: in its output, or in conditions checked here. */
static List *
wanted_columns(const PlanInfo *info, RelOptInfo *baserel)
{
	Bitmapset *used = NULL;
	List *columns = NIL;
	ListCell *cell;
	bool all;

	pull_varattnos((Node *) baserel->reltarget->exprs, baserel->relid, &used);
	foreach(cell, baserel->baserestrictinfo)
	{
		RestrictInfo *restriction = lfirst_node(RestrictInfo, cell);

		if (!list_member_ptr(info->exact, restriction))
			pull_varattnos((Node *) restriction->clause, baserel->relid, &used);
	}
	all = bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, used);
	for (int attnum = 1; attnum <= info->relation->column_count; attnum++)
	{
		if (info->relation->columns[attnum - 1].attnum != 0 &&
			(all ||
			 bms_is_member(attnum - FirstLowInvalidHeapAttributeNumber, used)))
			columns = lappend_int(columns, attnum);
	}
	return columns;
}

ForeignScan *
pendoGetForeignPlan(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid,
					ForeignPath *best_path, List *tlist, List *scan_clauses,
					Plan *outer_plan)
{
	PlanInfo *info = baserel->fdw_private;
	List *here = NIL;
	List *exact = NIL;
	List *items;
	ListCell *cell;

	foreach(cell, scan_clauses)
	{
		RestrictInfo *restriction = lfirst_node(RestrictInfo, cell);

		if (restriction->pseudoconstant)
			continue;
		if (list_member_ptr(info->exact, restriction))
			exact = lappend(exact, restriction->clause);
		else
			here = lappend(here, restriction->clause);
	}
	items = list_make4(makeBoolean(info->pushdown), info->filters,
					   wanted_columns(info, baserel), info->reasons);
	Assert(list_length(items) == PENDO_PLAN_ITEMS);
	return make_foreignscan(tlist, here, baserel->relid, info->operands, items,
							NIL, exact, outer_plan);
}
