/*-------------------------------------------------------------------------
 *
 * fdw/fdw.h
 *	  What the files of the foreign data wrapper share.
 *
 *	  options.c		validator
 *	  relation.c	a foreign table's columns, tied to remote fields
 *	  qual.c		clauses as filters, and why some stay here
 *	  plan.c		paths and plans
 *	  scan.c		the executor's callbacks
 *	  modify.c		why a live table is not written to
 *	  convert.c		values from JSON to Datums
 *	  prefetch.c	a scan's answers, fetched before it runs
 *	  load.c		a query's rows into a table, many at once
 *	  explain.c		what EXPLAIN says
 *	  import.c		IMPORT FOREIGN SCHEMA, and what a connection offers
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_FDW_H
#define PENDO_FDW_H

#include "commands/explain.h"
#include "connector/connection.h"
#include "connector/connector.h"
#include "fmgr.h"
#include "foreign/fdwapi.h"
#include "nodes/pathnodes.h"

/* relation.c */
extern PendoRelation *pendo_relation_get(Oid relid);

/* qual.c */

/*
 * A clause as a filter, or NULL with the reason why it stays here.  Values
 * are appended to "operands" (expressions), to be evaluated when a scan runs.
 */
extern PendoFilter *
pendo_filter_from_clause(const PendoRelation *relation, Index relid,
						 Expr *clause, List **operands, const char **reason);

/* What a plan carries in fdw_private: a list with these places. */
typedef enum PendoPlanItem
{
	PENDO_PLAN_PUSHDOWN, /* Boolean: was pushdown on? */
	PENDO_PLAN_FILTERS,	 /* list of filters, as lists */
	PENDO_PLAN_COLUMNS,	 /* list of attnums to fetch */
	PENDO_PLAN_REASONS,	 /* list of String: why clauses stay here */
	PENDO_PLAN_ITEMS
} PendoPlanItem;

/* plan.c */
extern void pendoGetForeignRelSize(PlannerInfo *root, RelOptInfo *baserel,
								   Oid foreigntableid);
extern void pendoGetForeignPaths(PlannerInfo *root, RelOptInfo *baserel,
								 Oid foreigntableid);
extern ForeignScan *
pendoGetForeignPlan(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid,
					ForeignPath *best_path, List *tlist, List *scan_clauses,
					Plan *outer_plan);

/* convert.c */
typedef struct PendoConverter PendoConverter;

/* How the columns of a scan are converted; in the current memory context. */
extern PendoConverter *
pendo_converter_create(const PendoRelation *relation, Bitmapset *columns);

/*
 * Fill values and nulls (of the whole row) from what a stream gave.  Results
 * live in the current memory context.
 */
extern void
pendo_convert_row(PendoConverter *converter, const PendoJsonValue *row,
				  Datum *values, bool *nulls);

/* Name of the column that is being converted, NULL between rows. */
extern const char *pendo_converter_column(const PendoConverter *converter);

/* Values that were made NULL because they did not fit. */
extern uint64 pendo_converter_bad_values(const PendoConverter *converter);

/* scan.c */

/*
 * What a plan's scan of table "relid" reads; in the current memory context.
 * Returns the operands, whose values are not known yet.
 */
extern PendoOperand *
pendo_scan_from_plan(PendoScan *scan, const ForeignScan *plan, Oid relid);

typedef struct PendoScanState
{
	PendoScan scan;
	MemoryContext context; /* of one run of the scan: reset by rescan */
	MemoryContext row;	   /* of one row */
	PendoOperand *operands;
	List *operand_states; /* of ExprState * */
	PendoConverter *converter;
	PendoStream *stream;   /* NULL: not begun */
	PendoStreamStats past; /* of streams that ended */
} PendoScanState;

extern void pendoBeginForeignScan(ForeignScanState *node, int eflags);
extern TupleTableSlot *pendoIterateForeignScan(ForeignScanState *node);
extern void pendoReScanForeignScan(ForeignScanState *node);
extern void pendoEndForeignScan(ForeignScanState *node);

/* All that the scan did so far, rescans included. */
extern PendoStreamStats pendo_scan_stats(const PendoScanState *state);

/* modify.c */
extern List *pendoPlanForeignModify(PlannerInfo *root, ModifyTable *plan,
									Index resultRelation, int subplan_index);

/* prefetch.c */

/*
 * The stream that was fetched ahead for this very scan, or NULL.  It then
 * belongs to "owner", and nobody else gets it.
 */
extern PendoStream *
pendo_prefetch_adopt(MemoryContext owner, const PendoScan *scan);

/* explain.c */
extern void pendoExplainForeignScan(ForeignScanState *node, ExplainState *es);

/* import.c */
extern List *
pendoImportForeignSchema(ImportForeignSchemaStmt *stmt, Oid serverOid);

#endif /* PENDO_FDW_H */
