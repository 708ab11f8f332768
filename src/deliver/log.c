/*-------------------------------------------------------------------------
 *
 * deliver/log.c
 *	  Outcomes of a request's items into pendo.delivery, all together.
 *
 *	  pendo._log_outcomes()
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "compat.h"
#include "connector/answer_json.h"
#include "deliver/work.h"
#include "miscadmin.h"
#include "rewrite/rowsecurity.h"
#include "table_writer.h"
#include "tcop/utility.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

PENDO_SQL_FUNCTION(pendo_log_outcomes);

/* Columns of pendo.delivery, but for those of what failed. */
enum
{
	LOG_ID,
	LOG_ITEM,
	LOG_OWNER,
	LOG_CONNECTION,
	LOG_OBJECT,
	LOG_OPERATION,
	LOG_KEY,
	LOG_SOURCE,
	LOG_OUTCOME,
	LOG_ORG,
	LOG_REMOTE_ID,
	LOG_IS_CREATED,
	LOG_ATTEMPT,
	LOG_STATUS,
	LOG_REQUEST_ID,
	LOG_SENT_AT,
	LOG_ENDED_AT,
	LOG_COLUMNS
};

static const char *const columns[LOG_COLUMNS] = {
	[LOG_ID] = "id",
	[LOG_ITEM] = "item",
	[LOG_OWNER] = "owner",
	[LOG_CONNECTION] = "connection",
	[LOG_OBJECT] = "object",
	[LOG_OPERATION] = "operation",
	[LOG_KEY] = "key",
	[LOG_SOURCE] = "source",
	[LOG_OUTCOME] = "outcome",
	[LOG_ORG] = "org",
	[LOG_REMOTE_ID] = "remote_id",
	[LOG_IS_CREATED] = "is_created",
	[LOG_ATTEMPT] = "attempt",
	[LOG_STATUS] = "status",
	[LOG_REQUEST_ID] = "request_id",
	[LOG_SENT_AT] = "sent_at",
	[LOG_ENDED_AT] = "ended_at",
};

typedef struct Row
{
	Datum values[LOG_COLUMNS];
	bool nulls[LOG_COLUMNS];
} Row;

/* An item of the work, to be found by its number. */
typedef struct LogItem
{
	int64 number; /* first: it is compared */
	JsonbContainer *object;
} LogItem;

typedef struct LogItems
{
	int count;
	LogItem *sorted;
} LogItems;

static LogItems
read_items(Jsonb *work)
{
	JsonbContainer *list = pendo_member_container(&work->root, "items");
	JsonbIterator *iterator;
	JsonbContainer *object;
	LogItems items = {0};
	bool is_sorted = true;

	if (list == NULL)
		return items;
	items.sorted = palloc(Max(JsonContainerSize(list), 1) * sizeof(LogItem));
	iterator = JsonbIteratorInit(list);
	while ((object = pendo_next_object(&iterator)) != NULL)
	{
		LogItem *item = &items.sorted[items.count];

		if (!pendo_object_number(object, &item->number))
			continue;
		item->object = object;
		is_sorted &= items.count == 0 || item[-1].number < item->number;
		items.count++;
	}
	if (!is_sorted)
		qsort(items.sorted, items.count, sizeof(LogItem),
			  pendo_compare_numbers);
	return items;
}

/* A member of that type, else the column is null. */
static bool
has_member(Row *row, int column, JsonbContainer *object, const char *name,
		   enum jbvType type, JsonbValue *value)
{
	row->nulls[column] = !pendo_typed_member(object, name, type, value);
	return !row->nulls[column];
}

static void
set_text(Row *row, int column, JsonbContainer *object, const char *name)
{
	JsonbValue value;

	if (has_member(row, column, object, name, jbvString, &value))
		row->values[column] = PointerGetDatum(
			cstring_to_text_with_len(value.val.string.val,
									 value.val.string.len));
}

static void
set_bool(Row *row, int column, JsonbContainer *object, const char *name)
{
	JsonbValue value;

	if (has_member(row, column, object, name, jbvBool, &value))
		row->values[column] = BoolGetDatum(value.val.boolean);
}

static void
set_argument(Row *row, int column, FunctionCallInfo fcinfo, int argument)
{
	row->nulls[column] = PG_ARGISNULL(argument);
	row->values[column] = PG_GETARG_DATUM(argument);
}

/* What all rows have alike. */
static void
begin_row(Row *row, FunctionCallInfo fcinfo, Jsonb *work)
{
	memset(row, 0, sizeof(Row));
	row->values[LOG_OWNER] = CStringGetTextDatum(
		GetUserNameFromId(GetUserId(), false));
	set_text(row, LOG_CONNECTION, &work->root, "connection");
	set_text(row, LOG_OBJECT, &work->root, "object");
	set_text(row, LOG_OPERATION, &work->root, "operation");
	set_argument(row, LOG_ORG, fcinfo, 2);
	set_argument(row, LOG_STATUS, fcinfo, 3);
	set_argument(row, LOG_REQUEST_ID, fcinfo, 4);
	set_argument(row, LOG_SENT_AT, fcinfo, 5);
	row->values[LOG_ENDED_AT] = TimestampTzGetDatum(GetCurrentTimestamp());
}

/* What this one has. */
static void
fill_row(Row *row, const LogItem *item, JsonbContainer *result, Oid sequence)
{
	JsonbValue attempts;

	row->values[LOG_ID] = Int64GetDatum(nextval_internal(sequence, false));
	row->values[LOG_ITEM] = Int64GetDatum(item->number);
	set_text(row, LOG_KEY, item->object, "key");
	set_text(row, LOG_SOURCE, item->object, "source");
	set_text(row, LOG_OUTCOME, result, "outcome");
	set_text(row, LOG_REMOTE_ID, result, "remote_id");
	set_bool(row, LOG_IS_CREATED, result, "is_created");
	if (has_member(row, LOG_ATTEMPT, item->object, "attempts", jbvNumeric,
				   &attempts))
		row->values[LOG_ATTEMPT] = Int32GetDatum(
			1 + DatumGetInt32(DirectFunctionCall1(numeric_int4,
												  NumericGetDatum(
													  attempts.val.numeric))));
}

/* Returns the numbers of the items whose outcomes these are. */
static ArrayType *
write_rows(PendoTableWriter *writer, FunctionCallInfo fcinfo, Oid sequence)
{
	Jsonb *work = PG_GETARG_JSONB_P(0);
	Jsonb *results = PG_GETARG_JSONB_P(1);
	LogItems items = read_items(work);
	Datum *numbers = palloc(Max(JB_ROOT_COUNT(results), 1) * sizeof(Datum));
	JsonbIterator *iterator = JsonbIteratorInit(&results->root);
	JsonbContainer *result;
	Row row;
	int count = 0;

	begin_row(&row, fcinfo, work);
	while ((result = pendo_next_object(&iterator)) != NULL)
	{
		LogItem wanted;
		const LogItem *item;

		if (!pendo_object_number(result, &wanted.number))
			continue;
		item = bsearch(&wanted, items.sorted, items.count, sizeof(LogItem),
					   pendo_compare_numbers);
		if (item == NULL)
			continue;
		fill_row(&row, item, result, sequence);
		pendo_table_writer_put(writer, row.values, row.nulls);
		numbers[count++] = Int64GetDatum(item->number);
	}
	return construct_array(numbers, count, INT8OID, sizeof(int64),
						   FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
}

/* Whatever it is called. */
static Oid
sequence_of(Relation log)
{
	List *sequences = getOwnedSequences(RelationGetRelid(log));

	if (list_length(sequences) != 1)
		elog(ERROR, "pendo.delivery has %d sequences", list_length(sequences));
	return linitial_oid(sequences);
}

/* Those of the extension let a role write rows of its own, as these are. */
static bool
has_other_policies(Relation log)
{
	ListCell *cell;

	if (log->rd_rsdesc == NULL)
		return false;
	foreach(cell, log->rd_rsdesc->policies)
	{
		const RowSecurityPolicy *policy = lfirst(cell);

		if (strcmp(policy->policy_name, "own") != 0 &&
			strcmp(policy->policy_name, "see") != 0)
			return true;
	}
	return false;
}

/*
 * pendo._log_outcomes(work jsonb, results jsonb, org text, status integer,
 * request_id text, sent_at timestamptz) returns bigint[]
 */
Datum
pendo_log_outcomes(PG_FUNCTION_ARGS)
{
	Oid schema = get_namespace_oid("pendo", false);
	Relation log;
	PendoTableWriter *writer = NULL;
	ArrayType *items = NULL;

	PreventCommandIfReadOnly("pendo._log_outcomes()");
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	log = table_open(get_relname_relid("delivery", schema), RowExclusiveLock);
	if (!has_other_policies(log))
		writer = pendo_table_writer_begin(log, columns, LOG_COLUMNS, true);
	if (writer != NULL)
	{
		items = write_rows(writer, fcinfo, sequence_of(log));
		pendo_table_writer_end(writer);
		CommandCounterIncrement();
	}
	table_close(log, NoLock);
	if (items == NULL)
		PG_RETURN_NULL();
	PG_RETURN_ARRAYTYPE_P(items);
}
