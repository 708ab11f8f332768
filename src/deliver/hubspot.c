/*-------------------------------------------------------------------------
 *
 * deliver/hubspot.c
 *	  A batch of HubSpot's: its inputs, and what its answer says of each.
 *
 *	  pendo._hubspot_inputs()  items as inputs
 *	  pendo._hubspot_plain()   results, if all went well
 *
 * HubSpot takes properties as texts alone: an empty one clears, and choices are
 * divided by semicolons.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "connector/answer_json.h"
#include "deliver/work.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

PENDO_SQL_FUNCTION(pendo_hubspot_inputs);
PENDO_SQL_FUNCTION(pendo_hubspot_plain);

/* An item that is to be sent. */
typedef struct Input
{
	int64 number;
	JsonbContainer *object;
	JsonbValue key;
	char *alike; /* the same for keys that are one to HubSpot */
	bool is_left_out;
} Input;

/* What all of them have alike. */
typedef struct Batch
{
	bool is_create;
	bool has_key; /* among the properties */
	JsonbValue key_field;
	StringInfoData text;
	StringInfoData scratch;
} Batch;

/* As escape_json(), for what no NUL ends, and stretch by stretch. */
static void
append_string(StringInfo text, const char *string, int length)
{
	const char *end = string + length;

	appendStringInfoChar(text, '"');
	while (string < end)
	{
		const char *at = string;

		while (at < end && (unsigned char) *at >= ' ' && *at != '"' &&
			   *at != '\\')
			at++;
		appendBinaryStringInfo(text, string, at - string);
		if (at < end && (*at == '"' || *at == '\\'))
			appendStringInfo(text, "\\%c", *at);
		else if (at < end)
			appendStringInfo(text, "\\u%04x", (unsigned char) *at);
		string = at + 1;
	}
	appendStringInfoChar(text, '"');
}

static void
append_jsonb_string(StringInfo text, const JsonbValue *value)
{
	append_string(text, value->val.string.val, value->val.string.len);
}

static char *
numeric_text(const JsonbValue *value)
{
	return DatumGetCString(
		DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
}

/* A scalar as it reads, without quotes; nothing for null. */
static void
append_plain(StringInfo text, const JsonbValue *value)
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
			appendStringInfoString(text, numeric_text(value));
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
			append_plain(text, &value);
	}
}

static void
append_property(Batch *batch, const JsonbValue *name, const JsonbValue *value)
{
	append_jsonb_string(&batch->text, name);
	appendStringInfoChar(&batch->text, ':');
	if (value->type == jbvString)
	{
		append_jsonb_string(&batch->text, value);
		return;
	}
	resetStringInfo(&batch->scratch);
	if (value->type == jbvBinary)
		append_container(&batch->scratch, value->val.binary.data,
						 value->val.binary.len);
	else
		append_plain(&batch->scratch, value);
	append_string(&batch->text, batch->scratch.data, batch->scratch.len);
}

static bool
is_same_string(const JsonbValue *a, const JsonbValue *b)
{
	return a->val.string.len == b->val.string.len &&
		   memcmp(a->val.string.val, b->val.string.val, a->val.string.len) == 0;
}

/* The item's fields; with its key last, where that has a property. */
static void
append_properties(Batch *batch, const Input *input)
{
	JsonbContainer *fields = pendo_member_container(input->object, "fields");
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue name = {0};
	JsonbValue value;
	const char *before = "{";

	if (fields == NULL || !JsonContainerIsObject(fields))
		elog(ERROR, "fields are no object");
	iterator = JsonbIteratorInit(fields);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			name = value;
		if (token != WJB_VALUE ||
			(batch->has_key && is_same_string(&name, &batch->key_field)))
			continue;
		appendStringInfoString(&batch->text, before);
		append_property(batch, &name, &value);
		before = ",";
	}
	if (batch->has_key)
	{
		appendStringInfoString(&batch->text, before);
		append_property(batch, &batch->key_field, &input->key);
		before = ",";
	}
	appendStringInfoString(&batch->text, *before == '{' ? "{}" : "}");
}

static void
append_input(Batch *batch, const Input *input)
{
	JsonbContainer *associations = pendo_member_container(input->object,
														  "associations");
	StringInfo text = &batch->text;

	appendStringInfoString(text, text->len == 0 ? "{" : ",{");
	if (!batch->is_create)
	{
		appendStringInfoString(text, "\"id\":");
		append_jsonb_string(text, &input->key);
		appendStringInfoChar(text, ',');
	}
	if (!batch->is_create && batch->key_field.type == jbvString)
	{
		appendStringInfoString(text, "\"idProperty\":");
		append_jsonb_string(text, &batch->key_field);
		appendStringInfoChar(text, ',');
	}
	appendStringInfoString(text, "\"properties\":");
	append_properties(batch, input);
	if (associations != NULL)
	{
		appendStringInfoString(text, ",\"associations\":");
		JsonbToCString(text, associations, 0);
	}
	appendStringInfo(text, ",\"objectWriteTraceId\":\"" INT64_FORMAT "\"}",
					 input->number);
}

/* Keys that differ in case, or in blanks around them, alone are one to HubSpot. */
static char *
alike_of(const JsonbValue *key)
{
	const char *start = key->val.string.val;
	const char *end = start + key->val.string.len;

	while (start < end && *start == ' ')
		start++;
	while (end > start && end[-1] == ' ')
		end--;
	return str_tolower(start, end - start, DEFAULT_COLLATION_OID);
}

/* Those items whose numbers are wanted; sets "count". */
static Input *
read_inputs(Jsonb *items, ArrayType *numbers, int *count)
{
	int wanted_count = ArrayGetNItems(ARR_NDIM(numbers), ARR_DIMS(numbers));
	int64 *wanted = palloc(Max(wanted_count, 1) * sizeof(int64));
	Input *inputs = palloc0(Max(JB_ROOT_COUNT(items), 1) * sizeof(Input));
	JsonbIterator *iterator = JsonbIteratorInit(&items->root);
	JsonbContainer *object;

	memcpy(wanted, ARR_DATA_PTR(numbers), wanted_count * sizeof(int64));
	qsort(wanted, wanted_count, sizeof(int64), pendo_compare_numbers);
	*count = 0;
	while ((object = pendo_next_object(&iterator)) != NULL)
	{
		Input *input = &inputs[*count];

		if (!pendo_object_number(object, &input->number) ||
			bsearch(&input->number, wanted, wanted_count, sizeof(int64),
					pendo_compare_numbers) == NULL)
			continue;
		if (!pendo_typed_member(object, "key", jbvString, &input->key))
			elog(ERROR, "an item has no key");
		input->object = object;
		(*count)++;
	}
	return inputs;
}

/* By key, then by number. */
static int
compare_inputs(const void *a, const void *b)
{
	const Input *left = *(Input *const *) a;
	const Input *right = *(Input *const *) b;
	int order = strcmp(left->alike, right->alike);

	return order != 0 ? order
					  : pendo_compare_numbers(&left->number, &right->number);
}

/*
 * In the order of their keys, if they have such.  Twice in a request a key is
 * refused: the later item's turn comes next.
 */
static Input **
sort_inputs(Input *inputs, int count, bool have_keys)
{
	Input **sorted = palloc(Max(count, 1) * sizeof(Input *));

	for (int i = 0; i < count; i++)
		sorted[i] = &inputs[i];
	if (!have_keys)
		return sorted;
	for (int i = 0; i < count; i++)
		inputs[i].alike = alike_of(&inputs[i].key);
	qsort(sorted, count, sizeof(Input *), compare_inputs);
	for (int i = 1; i < count; i++)
		sorted[i]->is_left_out = strcmp(sorted[i - 1]->alike,
										sorted[i]->alike) == 0;
	return sorted;
}

static JsonbValue
string_argument(FunctionCallInfo fcinfo, int n)
{
	JsonbValue value = {.type = jbvNull};

	if (!PG_ARGISNULL(n))
	{
		text *string = PG_GETARG_TEXT_PP(n);

		value.type = jbvString;
		value.val.string.val = VARDATA_ANY(string);
		value.val.string.len = VARSIZE_ANY_EXHDR(string);
	}
	return value;
}

static bool
is_operation(FunctionCallInfo fcinfo, int n, const char *name)
{
	return !PG_ARGISNULL(n) &&
		   strcmp(text_to_cstring(PG_GETARG_TEXT_PP(n)), name) == 0;
}

/*
 * pendo._hubspot_inputs(items jsonb, numbers bigint[], operation text, key_field text)
 * returns (sent bigint[], inputs text)
 */
Datum
pendo_hubspot_inputs(PG_FUNCTION_ARGS)
{
	Batch batch = {.key_field = string_argument(fcinfo, 3)};
	Input *inputs;
	Input **sorted;
	int count;
	int sent_count = 0;
	Datum *sent;
	TupleDesc descriptor;
	Datum values[2];
	bool nulls[2] = {false};

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) ||
		array_contains_nulls(PG_GETARG_ARRAYTYPE_P(1)))
		elog(ERROR, "an item has no number");
	inputs = read_inputs(PG_GETARG_JSONB_P(0), PG_GETARG_ARRAYTYPE_P(1),
						 &count);
	batch.is_create = is_operation(fcinfo, 2, "create");
	batch.has_key = batch.key_field.type == jbvString &&
					!is_operation(fcinfo, 2, "update");
	sorted = sort_inputs(inputs, count, !batch.is_create || batch.has_key);
	initStringInfo(&batch.text);
	initStringInfo(&batch.scratch);
	sent = palloc(Max(count, 1) * sizeof(Datum));
	for (int i = 0; i < count; i++)
	{
		if (sorted[i]->is_left_out)
			continue;
		append_input(&batch, sorted[i]);
		sent[sent_count++] = Int64GetDatum(sorted[i]->number);
	}
	values[0] = PointerGetDatum(construct_array(sent, sent_count, INT8OID,
												sizeof(int64), FLOAT8PASSBYVAL,
												TYPALIGN_DOUBLE));
	values[1] = PointerGetDatum(
		cstring_to_text_with_len(batch.text.data, batch.text.len));
	return HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
}

/* An item that was sent, and what the answer says of it. */
typedef struct Sent
{
	int64 number; /* first: it is compared */
	JsonbContainer *result;
} Sent;

/* In order; NULL if something else than numbers is among them. */
static Sent *
read_sent(Jsonb *numbers, int *count)
{
	Sent *sent = palloc0(Max(JB_ROOT_COUNT(numbers), 1) * sizeof(Sent));
	JsonbIterator *iterator = JsonbIteratorInit(&numbers->root);
	JsonbIteratorToken token;
	JsonbValue value;

	*count = 0;
	while ((token = JsonbIteratorNext(&iterator, &value, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		if (value.type != jbvNumeric)
			return NULL;
		sent[(*count)++].number = DatumGetInt64(
			DirectFunctionCall1(numeric_int8,
								NumericGetDatum(value.val.numeric)));
	}
	qsort(sent, *count, sizeof(Sent), pendo_compare_numbers);
	return sent;
}

/* The number that a result is named by; false if it has none. */
static bool
read_trace(JsonbContainer *result, int64 *number)
{
	JsonbValue trace;
	char *end;
	char *text;

	if (!pendo_typed_member(result, "objectWriteTraceId", jbvString, &trace) ||
		trace.val.string.len == 0 || *trace.val.string.val < '1' ||
		*trace.val.string.val > '9')
		return false;
	text = pnstrdup(trace.val.string.val, trace.val.string.len);
	errno = 0;
	*number = strtoi64(text, &end, 10);
	return errno == 0 && *end == '\0';
}

/* Give each result to its item; false unless each has one, with an id, and no other. */
static bool
match_results(JsonbContainer *results, Sent *sent, int count)
{
	JsonbIterator *iterator = JsonbIteratorInit(results);
	JsonbContainer *result;
	int matched = 0;

	while ((result = pendo_next_object(&iterator)) != NULL)
	{
		Sent wanted;
		Sent *item;
		JsonbValue id;

		if (!read_trace(result, &wanted.number))
			continue;
		item = bsearch(&wanted, sent, count, sizeof(Sent),
					   pendo_compare_numbers);
		if (item == NULL)
			continue;
		if (item->result != NULL ||
			!pendo_typed_member(result, "id", jbvString, &id))
			return false;
		item->result = result;
		matched++;
	}
	return matched == count;
}

static void
push_string(JsonbParseState **state, JsonbIteratorToken token, char *text)
{
	JsonbValue value = {.type = jbvString};

	value.val.string.val = text;
	value.val.string.len = strlen(text);
	pushJsonbValue(state, token, &value);
}

static void
push_result(JsonbParseState **state, const Sent *sent, bool is_create)
{
	JsonbValue number = {.type = jbvNumeric};
	JsonbValue id;
	JsonbValue is_new;

	number.val.numeric = int64_to_numeric(sent->number);
	pendo_member(sent->result, "id", &id);
	if (!pendo_typed_member(sent->result, "new", jbvBool, &is_new))
	{
		is_new.type = jbvBool;
		is_new.val.boolean = is_create;
	}
	pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	push_string(state, WJB_KEY, "item");
	pushJsonbValue(state, WJB_VALUE, &number);
	push_string(state, WJB_KEY, "outcome");
	push_string(state, WJB_VALUE, "delivered");
	push_string(state, WJB_KEY, "remote_id");
	pushJsonbValue(state, WJB_VALUE, &id);
	push_string(state, WJB_KEY, "is_created");
	pushJsonbValue(state, WJB_VALUE, &is_new);
	pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

/*
 * pendo._hubspot_plain(sent jsonb, answer jsonb, operation text) returns jsonb
 */
Datum
pendo_hubspot_plain(PG_FUNCTION_ARGS)
{
	Jsonb *numbers = PG_GETARG_JSONB_P(0);
	Jsonb *answer = PG_GETARG_JSONB_P(1);
	bool is_create = is_operation(fcinfo, 2, "create");
	JsonbContainer *results = pendo_member_container(&answer->root, "results");
	JsonbParseState *state = NULL;
	JsonbValue errors;
	int count = 0;
	Sent *sent = NULL;

	if (JB_ROOT_IS_ARRAY(numbers) && results != NULL &&
		JsonContainerIsArray(results) &&
		!pendo_member(&answer->root, "errors", &errors))
		sent = read_sent(numbers, &count);
	if (sent == NULL || !match_results(results, sent, count))
		PG_RETURN_NULL();
	pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < count; i++)
		push_result(&state, &sent[i], is_create);
	PG_RETURN_JSONB_P(
		JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, NULL)));
}
