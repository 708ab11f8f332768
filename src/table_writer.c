/*-------------------------------------------------------------------------
 *
 * table_writer.c
 *	  Rows into a table, many at once.
 *
 * INSERT writes row by row: a WAL record, a look for the page and a lock for
 * each.  COPY writes all rows of a page together.  This writes as COPY does, for
 * tables that ask for nothing else: see is_plain().
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
#include "compat.h"
#include "executor/execPartition.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "table_writer.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"

/* COPY's numbers: enough rows to fill some pages, and no more memory. */
#define MOST_ROWS  1000
#define MOST_BYTES (64 * 1024)

struct PendoTableWriter
{
	Relation target;
	bool is_ours;
	int column_count;
	const char *const
		*names;			 /* of the target's columns, in the caller's order */
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
};

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
is_named(const PendoTableWriter *writer, const char *column)
{
	for (int i = 0; i < writer->column_count; i++)
	{
		if (strcmp(writer->names[i], column) == 0)
			return true;
	}
	return false;
}

/* May rows just be written there, with what was named and NULL in the rest? */
static bool
is_plain(Relation relation, const PendoTableWriter *writer)
{
	TupleDesc descriptor = RelationGetDescr(relation);

	if (relation->rd_rel->relkind != RELKIND_RELATION &&
		relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return false;
	if (IsCatalogRelation(relation) || relation->rd_rules != NULL ||
		has_insert_trigger(relation->trigdesc))
		return false;
	for (int i = 0; i < descriptor->natts; i++)
	{
		const FormData_pg_attribute *column = TupleDescAttr(descriptor, i);

		if (column->attisdropped)
			continue;
		if (column->atthasdef && !is_named(writer, NameStr(column->attname)))
			return false;
		if (column->attgenerated != '\0' ||
			(column->attidentity != '\0' && !writer->is_ours))
			return false;
	}
	return true;
}

/*
 * The target and all its partitions are plain tables, and the caller may insert
 * into the target: partitions need no rights of their own.
 */
static bool
are_plain(const PendoTableWriter *writer)
{
	Oid relid = RelationGetRelid(writer->target);
	List *all;
	ListCell *cell;

	if (writer->target->rd_rel->relispartition ||
		pg_class_aclcheck(relid, GetUserId(), ACL_INSERT) != ACLCHECK_OK ||
		(!writer->is_ours &&
		 check_enable_rls(relid, InvalidOid, true) == RLS_ENABLED))
		return false;
	all = find_all_inheritors(relid, RowExclusiveLock, NULL);
	foreach(cell, all)
	{
		Relation relation = table_open(lfirst_oid(cell), NoLock);
		bool is_fit = is_plain(relation, writer);

		table_close(relation, NoLock);
		if (!is_fit)
			return false;
	}
	return true;
}

AttrNumber
pendo_table_column(Relation table, const char *name)
{
	AttrNumber column = get_attnum(RelationGetRelid(table), name);

	if (column <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("column \"%s\" of relation \"%s\" does not exist", name,
						RelationGetRelationName(table))));
	return column;
}

/* Write what waits. */
static void
flush(PendoTableWriter *writer)
{
	EState *estate = writer->estate;
	ResultRelInfo *table = writer->table;
	MemoryContext old;

	if (writer->waiting == 0)
		return;
	old = MemoryContextSwitchTo(GetPerTupleMemoryContext(estate));
	table_multi_insert(table->ri_RelationDesc, writer->slots, writer->waiting,
					   GetCurrentCommandId(true), 0, writer->bulk);
	MemoryContextSwitchTo(old);
	for (int i = 0; i < writer->waiting; i++)
	{
		if (table->ri_NumIndices > 0)
		{
			GetPerTupleExprContext(estate)->ecxt_scantuple = writer->slots[i];
			list_free(
				pendo_insert_index_entries(table, writer->slots[i], estate));
		}
		ExecClearTuple(writer->slots[i]);
	}
	ResetPerTupleExprContext(estate);
	writer->rows += writer->waiting;
	writer->waiting = 0;
	writer->waiting_bytes = 0;
}

/* From now on rows go to "table" (NULL: nowhere). */
static void
turn_to(PendoTableWriter *writer, ResultRelInfo *table)
{
	flush(writer);
	for (int i = 0; i < MOST_ROWS && writer->slots[i] != NULL; i++)
	{
		ExecDropSingleTupleTableSlot(writer->slots[i]);
		writer->slots[i] = NULL;
	}
	if (writer->bulk != NULL)
	{
		FreeBulkInsertState(writer->bulk);
		writer->bulk = NULL;
		table_finish_bulk_insert(writer->table->ri_RelationDesc, 0);
	}
	writer->table = table;
	if (table != NULL)
		writer->bulk = GetBulkInsertState();
}

/* Put a copy of the row with those that wait. */
static void
add(PendoTableWriter *writer)
{
	Relation relation = writer->table->ri_RelationDesc;
	TupleTableSlot **place = &writer->slots[writer->waiting];
	TupleConversionMap *map = NULL;

	if (*place == NULL)
		*place = table_slot_create(relation, NULL);
	if (writer->table != writer->root)
		map = pendo_root_to_child_map(writer->table, writer->estate);
	if (map == NULL)
		ExecCopySlot(*place, writer->row);
	else
	{
		execute_attr_map_slot(map->attrMap, writer->row, *place);
		ExecMaterializeSlot(*place);
	}
	(*place)->tts_tableOid = RelationGetRelid(relation);
	if (RelationGetDescr(relation)->constr != NULL)
		ExecConstraints(writer->table, *place, writer->estate);
	writer->waiting++;
	if (TTS_IS_HEAPTUPLE(*place) || TTS_IS_BUFFERTUPLE(*place))
		writer->waiting_bytes += ((HeapTupleTableSlot *) *place)->tuple->t_len;
	else
		writer->waiting_bytes += MOST_BYTES / 100; /* what has no known size */
}

static void
begin(PendoTableWriter *writer)
{
	EState *estate = CreateExecutorState();
	ModifyTableState *state = makeNode(ModifyTableState);
	TupleDesc descriptor = RelationGetDescr(writer->target);

	writer->estate = estate;
	writer->root = makeNode(ResultRelInfo);
	InitResultRelInfo(writer->root, writer->target, 0, NULL, 0);
	ExecOpenIndices(writer->root, false);
	state->ps.state = estate;
	state->operation = CMD_INSERT;
	state->mt_nrels = 1;
	state->resultRelInfo = state->rootResultRelInfo = writer->root;
	writer->state = state;
	if (writer->target->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		writer->routing = ExecSetupPartitionTupleRouting(estate,
														 writer->target);
	writer->row = MakeSingleTupleTableSlot(descriptor, &TTSOpsVirtual);
	memset(writer->row->tts_isnull, true, descriptor->natts * sizeof(bool));
}

PendoTableWriter *
pendo_table_writer_begin(Relation target, const char *const *names, int count,
						 bool is_ours)
{
	PendoTableWriter *writer = palloc0(sizeof(PendoTableWriter));

	writer->target = target;
	writer->names = names;
	writer->column_count = count;
	writer->is_ours = is_ours;
	writer->columns = palloc(count * sizeof(AttrNumber));
	for (int i = 0; i < count; i++)
		writer->columns[i] = pendo_table_column(target, names[i]);
	if (!are_plain(writer))
		return NULL;
	begin(writer);
	return writer;
}

void
pendo_table_writer_put(PendoTableWriter *writer, const Datum *values,
					   const bool *nulls)
{
	TupleTableSlot *row = writer->row;
	ResultRelInfo *table = writer->root;

	ExecClearTuple(row);
	for (int i = 0; i < writer->column_count; i++)
	{
		int at = writer->columns[i] - 1;

		row->tts_values[at] = values[i];
		row->tts_isnull[at] = nulls[i];
	}
	ExecStoreVirtualTuple(row);

	if (writer->routing != NULL)
		table = ExecFindPartition(writer->state, writer->root, writer->routing,
								  row, writer->estate);
	if (table != writer->table)
		turn_to(writer, table);
	add(writer);
	if (writer->waiting == MOST_ROWS || writer->waiting_bytes > MOST_BYTES)
		flush(writer);
}

void
pendo_table_writer_flush(PendoTableWriter *writer)
{
	turn_to(writer, NULL);
}

uint64
pendo_table_writer_end(PendoTableWriter *writer)
{
	turn_to(writer, NULL);
	ExecDropSingleTupleTableSlot(writer->row);
	if (writer->routing != NULL)
		ExecCleanupTupleRouting(writer->state, writer->routing);
	ExecCloseIndices(writer->root);
	ExecResetTupleTable(writer->estate->es_tupleTable, false);
	FreeExecutorState(writer->estate);
	return writer->rows;
}
