/*-------------------------------------------------------------------------
 *
 * deliver/objects.c
 *	  JSON that is made for each item of a delivery.
 *
 *	  pendo._objects()  rows as arrays of objects, each in an object
 *
 * The server's own functions look up how to write each value anew for each row,
 * which is most of what they cost.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

PENDO_SQL_FUNCTION(pendo_objects_add);
PENDO_SQL_FUNCTION(pendo_objects_end);

/* The arguments of pendo._objects() before the first name. */
#define FIRST_NAME 4

/* What pendo._objects() keeps from row to row. */
typedef struct Objects
{
	MemoryContext context; /* the aggregate's */
	MemoryContext scratch; /* what the array being made needs */
	int member_count;
	JsonbValue *names;
	Oid *types;
	int most;		  /* objects in an array */
	Jsonb *around;	  /* what the object around an array begins with */
	int around_count; /* of the members, the first so many are of that */
	int count;
	JsonbParseState *array;	   /* being made, with what is around it */
	ArrayBuildState *finished; /* those that are */
} Objects;

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

static JsonbValue
number_value(int64 number)
{
	JsonbValue value = {.type = jbvNumeric};

	value.val.numeric = int64_to_numeric(number);
	return value;
}

/* A copy, as what is pushed points into it. */
static JsonbValue
jsonb_value(Datum datum)
{
	Jsonb *jsonb = DatumGetJsonbPCopy(datum);
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
value_of(Oid type, Datum datum, bool is_null)
{
	JsonbValue value = {.type = jbvNull};

	if (is_null)
		return value;
	switch (type)
	{
		case INT8OID:
			return number_value(DatumGetInt64(datum));
		case INT4OID:
			return number_value(DatumGetInt32(datum));
		case BOOLOID:
			value.type = jbvBool;
			value.val.boolean = DatumGetBool(datum);
			return value;
		case TEXTOID:
		{
			text *string = DatumGetTextPCopy(datum);

			return string_value(VARDATA(string), VARSIZE(string) - VARHDRSZ);
		}
		case JSONBOID:
			return jsonb_value(datum);
		default:
			elog(ERROR, "unexpected type %u", type);
	}
}

static Objects *
begin_objects(FunctionCallInfo fcinfo, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	Objects *objects = palloc0(sizeof(Objects));

	objects->context = context;
	objects->scratch = AllocSetContextCreate(context, "pendo_fdw objects",
											 ALLOCSET_DEFAULT_SIZES);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		elog(ERROR, "pendo._objects() has to know how many, and in what");
	objects->most = PG_GETARG_INT32(1);
	objects->around = PG_GETARG_JSONB_P_COPY(2);
	if (!JB_ROOT_IS_OBJECT(objects->around))
		elog(ERROR, "what is around an array is no object");
	objects->around_count = PG_GETARG_INT32(3);
	objects->member_count = (PG_NARGS() - FIRST_NAME) / 2;
	objects->names = palloc(objects->member_count * sizeof(JsonbValue));
	objects->types = palloc(objects->member_count * sizeof(Oid));
	for (int i = 0; i < objects->member_count; i++)
	{
		objects->names[i] = read_name(fcinfo, FIRST_NAME + 2 * i);
		objects->types[i] = get_fn_expr_argtype(fcinfo->flinfo,
												FIRST_NAME + 2 * i + 1);
	}
	objects->finished = initArrayResult(JSONBOID, context, false);
	MemoryContextSwitchTo(old);
	return objects;
}

static void
push_member(Objects *objects, FunctionCallInfo fcinfo, int i)
{
	int at = FIRST_NAME + 2 * i + 1;
	JsonbValue value = value_of(objects->types[i], PG_GETARG_DATUM(at),
								PG_ARGISNULL(at));

	pushJsonbValue(&objects->array, WJB_KEY, &objects->names[i]);
	pushJsonbValue(&objects->array, WJB_VALUE, &value);
}

/* With the object around it. */
static void
begin_array(Objects *objects, FunctionCallInfo fcinfo)
{
	JsonbValue name = string_value("items", strlen("items"));
	JsonbIterator *iterator = JsonbIteratorInit(&objects->around->root);
	JsonbIteratorToken token;
	JsonbValue value;

	pushJsonbValue(&objects->array, WJB_BEGIN_OBJECT, NULL);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY || token == WJB_VALUE)
			pushJsonbValue(&objects->array, token, &value);
	}
	for (int i = 0; i < objects->around_count; i++)
		push_member(objects, fcinfo, i);
	pushJsonbValue(&objects->array, WJB_KEY, &name);
	pushJsonbValue(&objects->array, WJB_BEGIN_ARRAY, NULL);
}

static void
finish_array(Objects *objects)
{
	JsonbValue *value;
	Datum jsonb;

	pushJsonbValue(&objects->array, WJB_END_ARRAY, NULL);
	value = pushJsonbValue(&objects->array, WJB_END_OBJECT, NULL);
	jsonb = JsonbPGetDatum(JsonbValueToJsonb(value));
	accumArrayResult(objects->finished, jsonb, false, JSONBOID,
					 objects->context);
	MemoryContextReset(objects->scratch);
	objects->array = NULL;
	objects->count = 0;
}

/*
 * What follows a row in pendo._objects(most integer, around jsonb, around_count
 * integer, VARIADIC "any"): names, the same in each row, and values, in turn
 */
Datum
pendo_objects_add(PG_FUNCTION_ARGS)
{
	Objects *objects = PG_ARGISNULL(0) ? NULL
									   : (Objects *) PG_GETARG_POINTER(0);
	MemoryContext context;
	MemoryContext old;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "pendo._objects() is an aggregate");
	if (objects == NULL)
		objects = begin_objects(fcinfo, context);
	old = MemoryContextSwitchTo(objects->scratch);
	if (objects->count++ == 0)
		begin_array(objects, fcinfo);
	pushJsonbValue(&objects->array, WJB_BEGIN_OBJECT, NULL);
	for (int i = objects->around_count; i < objects->member_count; i++)
		push_member(objects, fcinfo, i);
	pushJsonbValue(&objects->array, WJB_END_OBJECT, NULL);
	if (objects->count == objects->most)
		finish_array(objects);
	MemoryContextSwitchTo(old);
	PG_RETURN_POINTER(objects);
}

/* And its end: jsonb[], NULL if there was no row. */
Datum
pendo_objects_end(PG_FUNCTION_ARGS)
{
	Objects *objects = PG_ARGISNULL(0) ? NULL
									   : (Objects *) PG_GETARG_POINTER(0);

	if (objects == NULL)
		PG_RETURN_NULL();
	if (objects->count > 0)
	{
		MemoryContext old = MemoryContextSwitchTo(objects->scratch);

		finish_array(objects);
		MemoryContextSwitchTo(old);
	}
	PG_RETURN_DATUM(makeArrayResult(objects->finished, CurrentMemoryContext));
}
