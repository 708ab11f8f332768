/*-------------------------------------------------------------------------
 *
 * fdw/load.c
 *	  Rows of a query into a table, many at once.
 *
 * pendo._insert_rows() takes the rows as a query makes them and writes them as
 * COPY does; COPY itself takes them only as text.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "table_writer.h"
#include "tcop/utility.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/plancache.h"
#include "utils/rel.h"

PENDO_SQL_FUNCTION(pendo_insert_rows);

/* A receiver of rows. */
typedef struct Loader
{
	DestReceiver receiver; /* first */
	Relation target;
	int column_count;
	const char **names; /* of the target's columns, in the query's order */
	PendoTableWriter *writer;
} Loader;

static void
read_names(Loader *loader, ArrayType *names)
{
	Datum *elements;
	bool *nulls;

	deconstruct_array(names, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR,
					  &elements, &nulls, &loader->column_count);
	loader->names = palloc(loader->column_count * sizeof(char *));
	for (int i = 0; i < loader->column_count; i++)
		loader->names[i] = nulls[i] ? "" : NameStr(*DatumGetName(elements[i]));
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
		AttrNumber column = pendo_table_column(loader->target,
											   loader->names[i]);
		const FormData_pg_attribute *from = TupleDescAttr(rows, i);
		const FormData_pg_attribute *to = TupleDescAttr(target, column - 1);

		if (from->atttypid != to->atttypid || from->atttypmod != to->atttypmod)
			return false;
	}
	return true;
}

static bool
receive_row(TupleTableSlot *slot, DestReceiver *receiver)
{
	slot_getallattrs(slot);
	pendo_table_writer_put(((Loader *) receiver)->writer, slot->tts_values,
						   slot->tts_isnull);
	return true;
}

static void
receiver_startup(DestReceiver *receiver, int operation, TupleDesc rows)
{
}

/* While the query's snapshot is still there: index expressions may want one. */
static void
receiver_shutdown(DestReceiver *receiver)
{
	pendo_table_writer_flush(((Loader *) receiver)->writer);
}

static void
receiver_destroy(DestReceiver *receiver)
{
}

static void
set_receiver(Loader *loader)
{
	loader->receiver.receiveSlot = receive_row;
	loader->receiver.rStartup = receiver_startup;
	loader->receiver.rShutdown = receiver_shutdown;
	loader->receiver.rDestroy = receiver_destroy;
	loader->receiver.mydest = DestNone;
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
	if (source->commandTag != CMDTAG_SELECT ||
		!fits_columns(loader, source->resultDesc))
		return false;
	loader->writer = pendo_table_writer_begin(loader->target, loader->names,
											  loader->column_count, false);
	if (loader->writer == NULL)
		return false;

	set_receiver(loader);
	options.dest = &loader->receiver;
	options.must_return_tuples = true;
	result = SPI_execute_plan_extended(plan, &options);
	if (result < 0)
		elog(ERROR, "SPI_execute_plan_extended failed: %s",
			 SPI_result_code_string(result));
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
	uint64 rows = 0;
	bool is_loaded;

	PreventCommandIfReadOnly("pendo._insert_rows()");
	PreventCommandIfParallelMode("pendo._insert_rows()");
	loader->target = table_open(PG_GETARG_OID(0), RowExclusiveLock);
	read_names(loader, PG_GETARG_ARRAYTYPE_P(1));
	SPI_connect();
	is_loaded = load(loader, query);
	if (is_loaded)
		rows = pendo_table_writer_end(loader->writer);
	SPI_finish();
	table_close(loader->target, NoLock);
	if (!is_loaded)
		PG_RETURN_NULL();
	CommandCounterIncrement();
	PG_RETURN_INT64((int64) rows);
}
