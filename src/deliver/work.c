/*-------------------------------------------------------------------------
 *
 * deliver/work.c
 *	  What C reads of a delivery's work.
 *
 *	  pendo._key_hash()		   whom an item is for, as a number
 *	  pendo._without_result()  items that have none
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "compat.h"
#include "connector/answer_json.h"
#include "deliver/work.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"

PENDO_SQL_FUNCTION(pendo_key_hash);
PENDO_SQL_FUNCTION(pendo_without_result);

int
pendo_compare_numbers(const void *a, const void *b)
{
	int64 left = *(const int64 *) a;
	int64 right = *(const int64 *) b;

	return left < right ? -1 : left > right;
}

static int64
key_hash(StringInfo scratch, const char *object, int object_length,
		 const char *key, int key_length)
{
	resetStringInfo(scratch);
	appendBinaryStringInfo(scratch, object, object_length);
	appendStringInfoChar(scratch, '\n');
	appendBinaryStringInfo(scratch, key, key_length);
	return (int64) hash_bytes_extended((const unsigned char *) scratch->data,
									   scratch->len, 0);
}

/*
 * pendo._key_hash(object text, key text) returns bigint
 */
Datum
pendo_key_hash(PG_FUNCTION_ARGS)
{
	text *object = PG_GETARG_TEXT_PP(0);
	text *key = PG_GETARG_TEXT_PP(1);
	StringInfoData scratch;
	int64 hash;

	initStringInfo(&scratch);
	hash = key_hash(&scratch, VARDATA_ANY(object), VARSIZE_ANY_EXHDR(object),
					VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key));
	pfree(scratch.data);
	PG_RETURN_INT64(hash);
}

JsonbContainer *
pendo_next_object(JsonbIterator **iterator)
{
	JsonbIteratorToken token;
	JsonbValue value;

	while ((token = JsonbIteratorNext(iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_ELEM && value.type == jbvBinary &&
			JsonContainerIsObject(value.val.binary.data))
			return value.val.binary.data;
	}
	return NULL;
}

bool
pendo_object_number(JsonbContainer *object, int64 *number)
{
	JsonbValue item;

	if (!pendo_typed_member(object, "item", jbvNumeric, &item))
		return false;
	*number = DatumGetInt64(
		DirectFunctionCall1(numeric_int8, NumericGetDatum(item.val.numeric)));
	return true;
}

int
pendo_work_items(Jsonb *work, int64 **items, int64 **keys)
{
	JsonbContainer *list = pendo_member_container(&work->root, "items");
	JsonbContainer *item;
	JsonbIterator *iterator;
	JsonbValue object;
	JsonbValue key;
	StringInfoData scratch;
	int count = 0;

	*items = *keys = NULL;
	if (list == NULL || !JsonContainerIsArray(list))
		return 0;
	*items = palloc(Max(JsonContainerSize(list), 1) * sizeof(int64));
	*keys = palloc(Max(JsonContainerSize(list), 1) * sizeof(int64));
	initStringInfo(&scratch);
	iterator = JsonbIteratorInit(list);
	while ((item = pendo_next_object(&iterator)) != NULL)
	{
		if (!pendo_object_number(item, &(*items)[count]) ||
			!pendo_typed_member(&work->root, "object", jbvString, &object) ||
			!pendo_typed_member(item, "key", jbvString, &key))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("a work's items have a number and a key, "
								   "and it an object")));
		(*keys)[count++] = key_hash(&scratch, object.val.string.val,
									object.val.string.len, key.val.string.val,
									key.val.string.len);
	}
	pfree(scratch.data);
	return count;
}

/* The numbers that an array of objects has as "item", in order; sets "count". */
static int64 *
item_numbers(Jsonb *objects, int *count)
{
	int64 *numbers = palloc(Max(JB_ROOT_COUNT(objects), 1) * sizeof(int64));
	JsonbIterator *iterator = JsonbIteratorInit(&objects->root);
	JsonbContainer *object;

	*count = 0;
	if (!JB_ROOT_IS_ARRAY(objects) || JB_ROOT_IS_SCALAR(objects))
		return numbers;
	while ((object = pendo_next_object(&iterator)) != NULL)
		*count += pendo_object_number(object, &numbers[*count]);
	qsort(numbers, *count, sizeof(int64), pendo_compare_numbers);
	return numbers;
}

/*
 * pendo._without_result(items jsonb, results jsonb) returns bigint[]
 */
Datum
pendo_without_result(PG_FUNCTION_ARGS)
{
	int item_count = 0;
	int result_count = 0;
	int64 *items = item_numbers(PG_GETARG_JSONB_P(0), &item_count);
	int64 *results = item_numbers(PG_GETARG_JSONB_P(1), &result_count);
	Datum *left = palloc(Max(item_count, 1) * sizeof(Datum));
	int count = 0;

	for (int i = 0; i < item_count; i++)
	{
		if (bsearch(&items[i], results, result_count, sizeof(int64),
					pendo_compare_numbers) == NULL)
			left[count++] = Int64GetDatum(items[i]);
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(left, count, INT8OID, sizeof(int64),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}
