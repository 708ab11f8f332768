/*-------------------------------------------------------------------------
 *
 * fdw/load.c
 *	  Rows of a query into a table, many at once.
 *
 * INSERT ... SELECT writes row by row: a WAL record, a look for the page and a
 * lock for each.  COPY writes all rows of a page together, but only from text.
 * pendo._insert_rows() takes the rows as a query makes them and writes them as
 * COPY does, for tables that ask for nothing else.  A table that does (see
 * is_plain()) is left to an ordinary INSERT: then the result is NULL, and
 * nothing was done.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/tupconvert.h"
#include "access/xact.h"
#include "catalog/catalog.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/execPartition.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"
#include "utils/rel.h"
#include "utils/rls.h"

PENDO_SQL_FUNCTION(pendo_insert_rows);

/* COPY's numbers: enough rows to fill some pages, and no more memory. */
#define MOST_ROWS  1000
#define MOST_BYTES (64 * 1024)

/* A receiver of rows.  All of it lives as long as the call. */
typedef struct Loader
{
	DestReceiver receiver; /* first */
	Relation target;
	int column_count;
	const char **names;	 /* of the target's columns, in the query's order */
	AttrNumber *columns; /* and their numbers */
	EState *estate;
	ModifyTableState *state; /* what tuple routing wants to know */
	ResultRelInfo *root;
	PartitionTupleRouting *routing; /* NULL: not partitioned */
	TupleTableSlot *row;			/* a row as the target has it */
	uint64 rows;

	/* what waits to be written to one table: the target or a partition */
	ResultRelInfo *table;
	BulkInsertState bulk;
	TupleTableSlot *slots[MOST_ROWS]; /* made when first used */
	int waiting;
	Size waiting_bytes;
} Loader;

static bool
has_insert_trigger(const TriggerDesc *triggers)
{
	return triggers != NULL && (triggers->trig_insert_before_row ||
								triggers->trig_insert_after_row ||
								triggers->trig_insert_instead_row ||
								triggers->trig_insert_before_statement ||
								triggers->trig_insert_after_statement ||
								triggers->trig_insert_new_table);
}

/* A column of the target, or of a partition, where it may have another number. */
static bool
is_named(const Loader *loader, const char *column)
{
	for (int i = 0; i < loader->column_count; i++)
	{
		if (strcmp(loader->names[i], column) == 0)
			return true;
	}
	return false;
}

/* May rows just be written there, with what was named and NULL in the rest? */
static bool
is_plain(Relation relation, const Loader *loader)
{
	TupleDesc descriptor = RelationGetDescr(relation);
	const TupleConstr *constraints = descriptor->constr;

	if (relation->rd_rel->relkind != RELKIND_RELATION &&
		relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return false;
	if (IsCatalogRelation(relation) || relation->rd_rules != NULL ||
		has_insert_trigger(relation->trigdesc) ||
		(constraints != NULL && constraints->num_check > 0))
		return false;
	for (int i = 0; i < descriptor->natts; i++)
	{
		const FormData_pg_attribute *column = TupleDescAttr(descriptor, i);

		if (!column->attisdropped && column->atthasdef &&
			!is_named(loader, NameStr(column->attname)))
			return false;
		if (column->attidentity != '\0' || column->attgenerated != '\0')
			return false;
	}
	return true;
}

/*
 * The target and all its partitions are plain tables, and the caller may insert
 * into the target: partitions need no rights of their own.
 */
static bool
are_plain(const Loader *loader)
{
	Oid relid = RelationGetRelid(loader->target);
	List *all;
	ListCell *cell;

	if (loader->target->rd_rel->relispartition ||
		pg_class_aclcheck(relid, GetUserId(), ACL_INSERT) != ACLCHECK_OK ||
		check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED)
		return false;
	all = find_all_inheritors(relid, RowExclusiveLock, NULL);
	foreach(cell, all)
	{
		Relation relation = table_open(lfirst_oid(cell), NoLock);
		bool is_fit = is_plain(relation, loader);

		table_close(relation, NoLock);
		if (!is_fit)
			return false;
	}
	return true;
}

static void
find_columns(Loader *loader, ArrayType *names)
{
	Oid relid = RelationGetRelid(loader->target);
	Datum *elements;
	bool *nulls;

	deconstruct_array(names, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR,
					  &elements, &nulls, &loader->column_count);
	loader->names = palloc(loader->column_count * sizeof(char *));
	loader->columns = palloc(loader->column_count * sizeof(AttrNumber));
	for (int i = 0; i < loader->column_count; i++)
	{
		const char *name = nulls[i] ? "" : NameStr(*DatumGetName(elements[i]));

		loader->names[i] = name;
		loader->columns[i] = get_attnum(relid, name);
		if (loader->columns[i] <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of relation \"%s\" does not exist",
							name, RelationGetRelationName(loader->target))));
	}
}

/* Does the query give what the columns have, so that no cast is needed? */
static bool
fits_columns(const Loader *loader, TupleDesc rows)
{
	TupleDesc target = RelationGetDescr(loader->target);

	if (rows == NULL || rows->natts != loader->column_count)
		return false;
	for (int i = 0; i < rows->natts; i++)
	{
		const FormData_pg_attribute *from = TupleDescAttr(rows, i);
		const FormData_pg_attribute *to = TupleDescAttr(target,
														loader->columns[i] - 1);

		if (from->atttypid != to->atttypid || from->atttypmod != to->atttypmod)
			return false;
	}
	return true;
}

/* Write what waits. */
static void
flush(Loader *loader)
{
	EState *estate = loader->estate;
	ResultRelInfo *table = loader->table;
	MemoryContext old;

	if (loader->waiting == 0)
		return;
	old = MemoryContextSwitchTo(GetPerTupleMemoryContext(estate));
	table_multi_insert(table->ri_RelationDesc, loader->slots, loader->waiting,
					   estate->es_output_cid, 0, loader->bulk);
	MemoryContextSwitchTo(old);
	for (int i = 0; i < loader->waiting; i++)
	{
		if (table->ri_NumIndices > 0)
		{
			GetPerTupleExprContext(estate)->ecxt_scantuple = loader->slots[i];
			list_free(
				pendo_insert_index_entries(table, loader->slots[i], estate));
		}
		ExecClearTuple(loader->slots[i]);
	}
	ResetPerTupleExprContext(estate);
	loader->rows += loader->waiting;
	loader->waiting = 0;
	loader->waiting_bytes = 0;
}

/* From now on rows go to "table" (NULL: nowhere). */
static void
turn_to(Loader *loader, ResultRelInfo *table)
{
	flush(loader);
	for (int i = 0; i < MOST_ROWS && loader->slots[i] != NULL; i++)
	{
		ExecDropSingleTupleTableSlot(loader->slots[i]);
		loader->slots[i] = NULL;
	}
	if (loader->bulk != NULL)
	{
		FreeBulkInsertState(loader->bulk);
		loader->bulk = NULL;
		table_finish_bulk_insert(loader->table->ri_RelationDesc, 0);
	}
	loader->table = table;
	if (table != NULL)
		loader->bulk = GetBulkInsertState();
}

static void
check_not_null(Relation relation, TupleTableSlot *slot)
{
	TupleDesc descriptor = RelationGetDescr(relation);

	if (descriptor->constr == NULL || !descriptor->constr->has_not_null)
		return;
	for (int i = 0; i < descriptor->natts; i++)
	{
		if (!TupleDescAttr(descriptor, i)->attnotnull || !slot->tts_isnull[i])
			continue;
		ereport(ERROR, (errcode(ERRCODE_NOT_NULL_VIOLATION),
						errmsg("null value in column \"%s\" of relation \"%s\" "
							   "violates not-null constraint",
							   NameStr(TupleDescAttr(descriptor, i)->attname),
							   RelationGetRelationName(relation)),
						errtablecol(relation, i + 1)));
	}
}

/* Put a copy of the row with those that wait. */
static void
add(Loader *loader)
{
	Relation relation = loader->table->ri_RelationDesc;
	TupleTableSlot **place = &loader->slots[loader->waiting];
	TupleConversionMap *map = NULL;

	if (*place == NULL)
		*place = table_slot_create(relation, NULL);
	if (loader->table != loader->root)
		map = pendo_root_to_child_map(loader->table, loader->estate);
	if (map == NULL)
		ExecCopySlot(*place, loader->row);
	else
	{
		execute_attr_map_slot(map->attrMap, loader->row, *place);
		ExecMaterializeSlot(*place);
	}
	(*place)->tts_tableOid = RelationGetRelid(relation);
	check_not_null(relation, map == NULL ? loader->row : *place);
	loader->waiting++;
	if (TTS_IS_HEAPTUPLE(*place) || TTS_IS_BUFFERTUPLE(*place))
		loader->waiting_bytes += ((HeapTupleTableSlot *) *place)->tuple->t_len;
	else
		loader->waiting_bytes += MOST_BYTES / 100; /* what has no known size */
}

static bool
receive_row(TupleTableSlot *slot, DestReceiver *receiver)
{
	Loader *loader = (Loader *) receiver;
	TupleTableSlot *row = loader->row;
	ResultRelInfo *table = loader->root;

	slot_getallattrs(slot);
	ExecClearTuple(row);
	for (int i = 0; i < loader->column_count; i++)
	{
		int at = loader->columns[i] - 1;

		row->tts_values[at] = slot->tts_values[i];
		row->tts_isnull[at] = slot->tts_isnull[i];
	}
	ExecStoreVirtualTuple(row);

	if (loader->routing != NULL)
		table = ExecFindPartition(loader->state, loader->root, loader->routing,
								  row, loader->estate);
	if (table != loader->table)
		turn_to(loader, table);
	add(loader);
	if (loader->waiting == MOST_ROWS || loader->waiting_bytes > MOST_BYTES)
		flush(loader);
	return true;
}

static void
receiver_startup(DestReceiver *receiver, int operation, TupleDesc rows)
{
	Loader *loader = (Loader *) receiver;

	loader->estate->es_output_cid = GetCurrentCommandId(true);
}

/* While the query's snapshot is still there: index expressions may want one. */
static void
receiver_shutdown(DestReceiver *receiver)
{
	turn_to((Loader *) receiver, NULL);
}

static void
receiver_destroy(DestReceiver *receiver)
{
}

static void
begin(Loader *loader)
{
	EState *estate = CreateExecutorState();
	ModifyTableState *state = makeNode(ModifyTableState);
	TupleDesc descriptor = RelationGetDescr(loader->target);

	loader->receiver.receiveSlot = receive_row;
	loader->receiver.rStartup = receiver_startup;
	loader->receiver.rShutdown = receiver_shutdown;
	loader->receiver.rDestroy = receiver_destroy;
	loader->receiver.mydest = DestNone;

	loader->estate = estate;
	loader->root = makeNode(ResultRelInfo);
	InitResultRelInfo(loader->root, loader->target, 0, NULL, 0);
	ExecOpenIndices(loader->root, false);
	state->ps.state = estate;
	state->operation = CMD_INSERT;
	state->mt_nrels = 1;
	state->resultRelInfo = state->rootResultRelInfo = loader->root;
	loader->state = state;
	if (loader->target->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		loader->routing = ExecSetupPartitionTupleRouting(estate,
														 loader->target);
	loader->row = MakeSingleTupleTableSlot(descriptor, &TTSOpsVirtual);
	memset(loader->row->tts_isnull, true, descriptor->natts * sizeof(bool));
}

static void
end(Loader *loader)
{
	ExecDropSingleTupleTableSlot(loader->row);
	if (loader->routing != NULL)
		ExecCleanupTupleRouting(loader->state, loader->routing);
	ExecCloseIndices(loader->root);
	ExecResetTupleTable(loader->estate->es_tupleTable, false);
	FreeExecutorState(loader->estate);
}

/* Run the query into the table; false if that takes more than writing rows. */
static bool
load(Loader *loader, const char *query)
{
	SPIPlanPtr plan = SPI_prepare(query, 0, NULL);
	SPIExecuteOptions options = {0};
	CachedPlanSource *source;
	int result;

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s",
			 SPI_result_code_string(SPI_result));
	if (list_length(SPI_plan_get_plan_sources(plan)) != 1)
		return false;
	source = linitial(SPI_plan_get_plan_sources(plan));
	if (source->commandTag != CMDTAG_SELECT || !are_plain(loader) ||
		!fits_columns(loader, source->resultDesc))
		return false;

	begin(loader);
	options.dest = &loader->receiver;
	options.must_return_tuples = true;
	result = SPI_execute_plan_extended(plan, &options);
	if (result < 0)
		elog(ERROR, "SPI_execute_plan_extended failed: %s",
			 SPI_result_code_string(result));
	end(loader);
	return true;
}

/*
 * pendo._insert_rows(target regclass, columns name[], query text) bigint
 *
 * How many rows the query gave, all of them now in the table; NULL, and nothing
 * done, if the table wants an ordinary INSERT.
 */
Datum
pendo_insert_rows(PG_FUNCTION_ARGS)
{
	Loader *loader = palloc0(sizeof(Loader));
	char *query = text_to_cstring(PG_GETARG_TEXT_PP(2));
	bool is_loaded;

	PreventCommandIfReadOnly("pendo._insert_rows()");
	PreventCommandIfParallelMode("pendo._insert_rows()");
	loader->target = table_open(PG_GETARG_OID(0), RowExclusiveLock);
	find_columns(loader, PG_GETARG_ARRAYTYPE_P(1));
	SPI_connect();
	is_loaded = load(loader, query);
	SPI_finish();
	table_close(loader->target, NoLock);
	if (!is_loaded)
		PG_RETURN_NULL();
	CommandCounterIncrement();
	PG_RETURN_INT64((int64) loader->rows);
}
