/*-------------------------------------------------------------------------
 *
 * deliver/objects.c
 *	  JSON that is made for each item of a delivery.
 *
 *	  pendo._objects()		 rows as an array of objects
 *	  pendo._without_result() items that have none
 *	  pendo._hubspot_texts() fields as HubSpot takes them
 *
 * The server's own functions look up how to write each value anew for each row,
 * which is most of what they cost.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"

PENDO_SQL_FUNCTION(pendo_objects);
PENDO_SQL_FUNCTION(pendo_without_result);
PENDO_SQL_FUNCTION(pendo_hubspot_texts);

/* One member of all objects: its name, and a value for each. */
typedef struct Member
{
	JsonbValue name;
	Oid type;
	Datum *values;
	bool *nulls;
	int count;
} Member;

static int
compare_numbers(const void *a, const void *b)
{
	int64 left = *(const int64 *) a;
	int64 right = *(const int64 *) b;

	return left < right ? -1 : left > right;
}

static JsonbValue
string_value(char *data, int length)
{
	JsonbValue value = {.type = jbvString};

	value.val.string.val = data;
	value.val.string.len = length;
	return value;
}

/* A literal comes as it was written. */
static JsonbValue
read_name(FunctionCallInfo fcinfo, int i)
{
	Datum name = PG_GETARG_DATUM(i);

	if (get_fn_expr_argtype(fcinfo->flinfo, i) == UNKNOWNOID)
		name = CStringGetTextDatum(DatumGetCString(name));
	return string_value(VARDATA_ANY(DatumGetTextPP(name)),
						VARSIZE_ANY_EXHDR(DatumGetTextPP(name)));
}

static void
read_values(Member *member, Datum array)
{
	ArrayType *values = DatumGetArrayTypeP(array);
	int16 length;
	bool by_value;
	char align;

	member->type = ARR_ELEMTYPE(values);
	get_typlenbyvalalign(member->type, &length, &by_value, &align);
	deconstruct_array(values, member->type, length, by_value, align,
					  &member->values, &member->nulls, &member->count);
}

static JsonbValue
number_value(int64 number)
{
	JsonbValue value = {.type = jbvNumeric};

	value.val.numeric = int64_to_numeric(number);
	return value;
}

static JsonbValue
jsonb_value(Datum datum)
{
	Jsonb *jsonb = DatumGetJsonbP(datum);
	JsonbValue value = {.type = jbvBinary};

	if (JB_ROOT_IS_SCALAR(jsonb))
	{
		JsonbExtractScalar(&jsonb->root, &value);
		return value;
	}
	value.val.binary.data = &jsonb->root;
	value.val.binary.len = VARSIZE_ANY_EXHDR(jsonb);
	return value;
}

static JsonbValue
value_of(const Member *member, int i)
{
	JsonbValue value = {.type = jbvNull};

	if (member->nulls[i])
		return value;
	switch (member->type)
	{
		case INT8OID:
			return number_value(DatumGetInt64(member->values[i]));
		case INT4OID:
			return number_value(DatumGetInt32(member->values[i]));
		case BOOLOID:
			value.type = jbvBool;
			value.val.boolean = DatumGetBool(member->values[i]);
			return value;
		case TEXTOID:
		{
			text *string = DatumGetTextPP(member->values[i]);

			return string_value(VARDATA_ANY(string), VARSIZE_ANY_EXHDR(string));
		}
		case JSONBOID:
			return jsonb_value(member->values[i]);
		default:
			elog(ERROR, "unexpected type %u", member->type);
	}
}

static void
check_members(const Member *members, int count)
{
	for (int i = 1; i < count; i++)
	{
		if (members[i].count != members[0].count)
			elog(ERROR, "members of different lengths");
	}
}

/*
 * pendo._objects(VARIADIC "any") returns jsonb: names and arrays, in turn; the
 * i-th object has the i-th value of each
 */
Datum
pendo_objects(PG_FUNCTION_ARGS)
{
	int count = PG_NARGS() / 2;
	Member *members = palloc0(Max(count, 1) * sizeof(Member));
	JsonbParseState *state = NULL;
	JsonbValue *array;

	for (int i = 0; i < count; i++)
	{
		if (PG_ARGISNULL(2 * i) || PG_ARGISNULL(2 * i + 1))
			PG_RETURN_NULL();
		members[i].name = read_name(fcinfo, 2 * i);
		read_values(&members[i], PG_GETARG_DATUM(2 * i + 1));
	}
	check_members(members, count);
	pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	for (int row = 0; count > 0 && row < members[0].count; row++)
	{
		pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
		for (int i = 0; i < count; i++)
		{
			JsonbValue value = value_of(&members[i], row);

			pushJsonbValue(&state, WJB_KEY, &members[i].name);
			pushJsonbValue(&state, WJB_VALUE, &value);
		}
		pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	}
	array = pushJsonbValue(&state, WJB_END_ARRAY, NULL);
	PG_RETURN_JSONB_P(JsonbValueToJsonb(array));
}

/* The numbers that an array of objects has as "item", in order; sets "count". */
static int64 *
item_numbers(Jsonb *objects, int *count)
{
	JsonbValue name = string_value("item", strlen("item"));
	int64 *numbers = palloc(Max(JB_ROOT_COUNT(objects), 1) * sizeof(int64));
	JsonbIterator *iterator = JsonbIteratorInit(&objects->root);
	JsonbIteratorToken token;
	JsonbValue value;

	*count = 0;
	if (!JB_ROOT_IS_ARRAY(objects) || JB_ROOT_IS_SCALAR(objects))
		return numbers;
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		JsonbValue *item = NULL;

		if (token != WJB_ELEM)
			continue;
		if (value.type == jbvBinary &&
			JsonContainerIsObject(value.val.binary.data))
			item = findJsonbValueFromContainer(value.val.binary.data,
											   JB_FOBJECT, &name);
		if (item != NULL && item->type == jbvNumeric)
			numbers[(*count)++] = DatumGetInt64(
				DirectFunctionCall1(numeric_int8,
									NumericGetDatum(item->val.numeric)));
	}
	qsort(numbers, *count, sizeof(int64), compare_numbers);
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
					compare_numbers) == NULL)
			left[count++] = Int64GetDatum(items[i]);
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(left, count, INT8OID, sizeof(int64),
										  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* A scalar as a text, without quotes; nothing for null. */
static void
append_scalar(StringInfo text, const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvNull:
			break;
		case jbvString:
			appendBinaryStringInfo(text, value->val.string.val,
								   value->val.string.len);
			break;
		case jbvBool:
			appendStringInfoString(text, value->val.boolean ? "true" : "false");
			break;
		case jbvNumeric:
			appendStringInfoString(text,
								   DatumGetCString(DirectFunctionCall1(
									   numeric_out,
									   NumericGetDatum(value->val.numeric))));
			break;
		default:
			elog(ERROR, "unexpected kind of value: %d", value->type);
	}
}

/* Choices are divided by semicolons; what else is no scalar stays JSON. */
static void
append_container(StringInfo text, JsonbContainer *container, int length)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue value;
	bool is_first = true;

	if (!JsonContainerIsArray(container))
	{
		JsonbToCString(text, container, length);
		return;
	}
	iterator = JsonbIteratorInit(container);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM || value.type == jbvNull)
			continue;
		if (!is_first)
			appendStringInfoChar(text, ';');
		is_first = false;
		if (value.type == jbvBinary)
			JsonbToCString(text, value.val.binary.data, value.val.binary.len);
		else
			append_scalar(text, &value);
	}
}

static void
append_member(StringInfo object, const char *name, const char *value)
{
	appendStringInfoChar(object, object->len == 0 ? '{' : ',');
	escape_json(object, name);
	appendStringInfoChar(object, ':');
	escape_json(object, value);
}

/*
 * pendo._hubspot_texts(fields jsonb, key_field text, key text) returns text: a JSON
 * object whose values are texts alone, an empty one for null; with the key, where it
 * has a field
 */
Datum
pendo_hubspot_texts(PG_FUNCTION_ARGS)
{
	Jsonb *fields = PG_GETARG_JSONB_P(0);
	char *key_field = PG_ARGISNULL(1) ? NULL
									  : text_to_cstring(PG_GETARG_TEXT_PP(1));
	JsonbIterator *iterator = JsonbIteratorInit(&fields->root);
	StringInfoData object;
	StringInfoData name;
	StringInfoData content;
	JsonbIteratorToken token;
	JsonbValue value;

	if (!JB_ROOT_IS_OBJECT(fields))
		elog(ERROR, "fields are no object");
	initStringInfo(&object);
	initStringInfo(&name);
	initStringInfo(&content);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			resetStringInfo(&name);
			append_scalar(&name, &value);
		}
		if (token != WJB_VALUE ||
			(key_field != NULL && strcmp(name.data, key_field) == 0))
			continue;
		resetStringInfo(&content);
		if (value.type == jbvBinary)
			append_container(&content, value.val.binary.data,
							 value.val.binary.len);
		else
			append_scalar(&content, &value);
		append_member(&object, name.data, content.data);
	}
	if (key_field != NULL)
		append_member(&object, key_field,
					  text_to_cstring(PG_GETARG_TEXT_PP(2)));
	appendStringInfoString(&object, object.len == 0 ? "{}" : "}");
	PG_RETURN_TEXT_P(cstring_to_text_with_len(object.data, object.len));
}
