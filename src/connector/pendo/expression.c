/*-------------------------------------------------------------------------
 *
 * connector/pendo/expression.c
 *	  Conditions in Pendo's expression language.
 *
 * What may be sent is what means the same there as here:
 *
 * - null == null is true there and null != "x" too, so <> is sent with a test
 *   for null; filters have no NOT, whose result on null nobody documents.
 * - text is compared for equality only: the order of strings is undocumented.
 * - numbers are doubles there: integers are exact below 2^53 and beyond it
 *   only if the comparison is widened.
 * - times become ranges of whole milliseconds, half open.
 * - a loose field may hold a value of another type, which here is converted
 *   or bad; such rows are always asked for, and the condition checked again.
 * - names that are no identifiers cannot be written down.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "connector/pendo/pendo.h"
#include "connector/pendo/range.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Integers up to here are exact as doubles. */
#define EXACT_INTEGER (INT64CONST(1) << 53)

/* More alternatives than this are not sent: an expression has its limits. */
#define MAX_ALTERNATIVES 1000

/* By PendoFieldType: the test that tells a value of that type; NULL: none. */
static const char *const type_tests[PENDO_FIELD_TYPE_COUNT] = {
	[PENDO_FIELD_TEXT] = "isString",   [PENDO_FIELD_INTEGER] = "isNumber",
	[PENDO_FIELD_NUMBER] = "isNumber", [PENDO_FIELD_BOOLEAN] = "isBoolean",
	[PENDO_FIELD_TIME] = "isNumber",   [PENDO_FIELD_DAY] = "isNumber",
};

/* By PendoCompare. */
static const char *const compare_signs[] = {
	[PENDO_EQ] = "==", [PENDO_NE] = "!=", [PENDO_LT] = "<",
	[PENDO_LE] = "<=", [PENDO_GT] = ">",  [PENDO_GE] = ">=",
};

static bool
is_identifier(const char *name)
{
	static const char *const reserved[] = {"true", "false", "null", "in"};

	if (!isalpha((unsigned char) *name) && *name != '_')
		return false;
	for (const char *c = name; *c != '\0'; c++)
	{
		if (!isalnum((unsigned char) *c) && *c != '_')
			return false;
		if (IS_HIGHBIT_SET(*c))
			return false;
	}
	for (int i = 0; i < lengthof(reserved); i++)
	{
		if (strcmp(name, reserved[i]) == 0)
			return false;
	}
	return true;
}

bool
pendo_path_is_expression(char **path)
{
	for (; *path != NULL; path++)
	{
		if (!is_identifier(*path))
			return false;
	}
	return true;
}

void
pendo_append_path(StringInfo into, char **path)
{
	for (char **name = path; *name != NULL; name++)
		appendStringInfo(into, "%s%s", name == path ? "" : ".", *name);
}

/* Only \" and \\ are known as escapes; control characters have none. */
bool
pendo_string_is_expressible(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
	{
		if ((unsigned char) *c < 0x20 || *c == 0x7f)
			return false;
	}
	return true;
}

void
pendo_append_string(StringInfo into, const char *text)
{
	appendStringInfoChar(into, '"');
	for (const char *c = text; *c != '\0'; c++)
	{
		if (*c == '"' || *c == '\\')
			appendStringInfoChar(into, '\\');
		appendStringInfoChar(into, *c);
	}
	appendStringInfoChar(into, '"');
}

/*
 * Is the column of the SQL type that its field has by nature?  A team may
 * declare another, or a length or precision to which values are cut; then
 * values are converted and nothing is sent.
 */
static bool
has_natural_type(const PendoColumn *column)
{
	if (column->typmod >= 0)
		return false;
	switch (column->type)
	{
		case PENDO_FIELD_TEXT:
			return column->sql_type == TEXTOID ||
				   column->sql_type == VARCHAROID;
		case PENDO_FIELD_INTEGER:
			return column->sql_type == INT8OID || column->sql_type == INT4OID ||
				   column->sql_type == INT2OID;
		default:
			return column->sql_type == pendo_field_sql_type(column->type);
	}
}

/* Can a value of this type stand beside the column? */
static bool
operand_fits(const PendoColumn *column, Oid type)
{
	switch (column->type)
	{
		case PENDO_FIELD_TEXT:
			return type == TEXTOID || type == VARCHAROID;
		case PENDO_FIELD_INTEGER:
			return type == INT8OID || type == INT4OID || type == INT2OID;
		case PENDO_FIELD_NUMBER:
			return type == FLOAT8OID || type == FLOAT4OID;
		case PENDO_FIELD_BOOLEAN:
			return type == BOOLOID;
		case PENDO_FIELD_TIME:
		case PENDO_FIELD_DAY:
			return type == DATEOID || type == TIMESTAMPOID ||
				   type == TIMESTAMPTZOID;
		default:
			return false;
	}
}

static int64
integer_value(Datum value, Oid type)
{
	if (type == INT2OID)
		return DatumGetInt16(value);
	if (type == INT4OID)
		return DatumGetInt32(value);
	return DatumGetInt64(value);
}

static double
number_value(Datum value, Oid type)
{
	return type == FLOAT4OID ? DatumGetFloat4(value) : DatumGetFloat8(value);
}

/* Digits without an exponent, which the language may not know; else NULL. */
static char *
number_text(double value)
{
	char *text;

	if (!isfinite(value))
		return NULL;
	text = psprintf("%.17g", value);
	return strpbrk(text, "eE") == NULL ? text : NULL;
}

/*
 * How well one value is compared.  "column" is of a type that operand_fits().
 */
static PendoPushClass
classify_value(const PendoColumn *column, PendoCompare compare, Oid type,
			   Datum value)
{
	switch (column->type)
	{
		case PENDO_FIELD_TEXT:
			return pendo_string_is_expressible(TextDatumGetCString(value))
					   ? PENDO_PUSH_EXACT
					   : PENDO_PUSH_LOCAL;
		case PENDO_FIELD_INTEGER:
			if (integer_value(value, type) < EXACT_INTEGER &&
				integer_value(value, type) > -EXACT_INTEGER)
				return PENDO_PUSH_EXACT;
			return compare == PENDO_NE ? PENDO_PUSH_LOCAL : PENDO_PUSH_LOSSY;
		case PENDO_FIELD_NUMBER:
			return number_text(number_value(value, type)) != NULL
					   ? PENDO_PUSH_EXACT
					   : PENDO_PUSH_LOCAL;
		default:
			return PENDO_PUSH_EXACT;
	}
}

/* The same where the value is known only when the query runs. */
static PendoPushClass
classify_unknown(const PendoColumn *column, Oid type)
{
	if (column->type == PENDO_FIELD_TEXT ||
		column->type == PENDO_FIELD_NUMBER || type == INT8OID)
		return PENDO_PUSH_LOSSY;
	return PENDO_PUSH_EXACT;
}

/* Elements of an array operand; their count by "count". */
static Datum *
array_elements(const PendoOperand *operand, bool **nulls, int *count)
{
	Datum *elements;
	int16 length;
	bool by_value;
	char align;

	get_typlenbyvalalign(operand->type, &length, &by_value, &align);
	deconstruct_array(DatumGetArrayTypeP(operand->value), operand->type, length,
					  by_value, align, &elements, nulls, count);
	return elements;
}

static PendoPushClass
classify_array(const PendoColumn *column, PendoCompare compare,
			   const PendoOperand *operand)
{
	PendoPushClass worst = PENDO_PUSH_EXACT;
	bool *nulls;
	int count;
	Datum *elements = array_elements(operand, &nulls, &count);

	if (count > MAX_ALTERNATIVES)
		return PENDO_PUSH_LOCAL;
	for (int i = 0; i < count; i++)
	{
		if (!nulls[i])
			worst = Max(worst, classify_value(column, compare, operand->type,
											  elements[i]));
	}
	return worst;
}

static PendoPushClass
classify_compare(const PendoColumn *column, const PendoFilter *leaf,
				 const PendoOperand *operand)
{
	PendoCompare compare = leaf->kind == PENDO_FILTER_COMPARE ? leaf->compare
						   : leaf->kind == PENDO_FILTER_ANY	  ? PENDO_EQ
															  : PENDO_NE;

	if (!operand_fits(column, operand->type))
		return PENDO_PUSH_LOCAL;
	if ((column->type == PENDO_FIELD_TEXT ||
		 column->type == PENDO_FIELD_BOOLEAN) &&
		compare != PENDO_EQ && compare != PENDO_NE)
		return PENDO_PUSH_LOCAL;
	if (operand->is_array && !operand->is_known)
		return PENDO_PUSH_LOSSY;
	if (!operand->is_known)
		return classify_unknown(column, operand->type);
	if (operand->is_null)
		return PENDO_PUSH_EXACT;
	if (operand->is_array)
		return classify_array(column, compare, operand);
	return classify_value(column, compare, operand->type, operand->value);
}

PendoPushClass
pendo_classify(const PendoRelation *relation, const PendoFilter *leaf,
			   const PendoOperand *value)
{
	const PendoColumn *column = &relation->columns[leaf->attnum - 1];
	const PendoTable *table = relation->object->detail;
	bool bad_is_null;
	PendoPushClass push;

	if (table->shape == PENDO_SHAPE_REST || !has_natural_type(column) ||
		!pendo_path_is_expression(column->path))
		return PENDO_PUSH_LOCAL;

	/*
	 * Where a bad value becomes NULL, Pendo's idea of null is not ours.
	 */
	bad_is_null = strcmp(pendo_option_text(relation->options, "on_bad_value"),
						 "null") == 0;
	if (leaf->kind == PENDO_FILTER_IS_NULL)
		push = bad_is_null ? PENDO_PUSH_LOCAL : PENDO_PUSH_EXACT;
	else if (leaf->kind == PENDO_FILTER_IS_NOT_NULL)
		push = PENDO_PUSH_EXACT;
	else
		push = classify_compare(column, leaf, value);
	if (push == PENDO_PUSH_EXACT && (column->is_loose || bad_is_null))
		push = PENDO_PUSH_LOSSY;
	return push;
}

/* Text: equality only, see classify_compare(). */
static void
append_text(StringInfo into, const char *path, PendoCompare compare,
			const char *text)
{
	/* A parameter that cannot be written down: ask for every row. */
	if (!pendo_string_is_expressible(text))
	{
		appendStringInfoString(into, "true");
		return;
	}
	if (compare == PENDO_NE)
		appendStringInfo(into, "!isNil(%s) && ", path);
	appendStringInfo(into, "%s %s ", path, compare_signs[compare]);
	pendo_append_string(into, text);
}

static void
append_integer(StringInfo into, const char *path, PendoCompare compare,
			   int64 value)
{
	bool is_exact = value < EXACT_INTEGER && value > -EXACT_INTEGER;

	if (compare == PENDO_NE && !is_exact)
	{
		appendStringInfoString(into, "true");
		return;
	}
	/* Both sides are rounded: what is less may have become equal. */
	if (!is_exact && compare == PENDO_LT)
		compare = PENDO_LE;
	if (!is_exact && compare == PENDO_GT)
		compare = PENDO_GE;
	if (compare == PENDO_NE)
		appendStringInfo(into, "!isNil(%s) && ", path);
	appendStringInfo(into, "%s %s " INT64_FORMAT, path, compare_signs[compare],
					 value);
}

static void
append_number(StringInfo into, const char *path, PendoCompare compare,
			  double value)
{
	char *text = number_text(value);

	if (text == NULL)
	{
		appendStringInfoString(into, "true");
		return;
	}
	if (compare == PENDO_NE)
		appendStringInfo(into, "!isNil(%s) && ", path);
	appendStringInfo(into, "%s %s %s", path, compare_signs[compare], text);
}

static void
append_boolean(StringInfo into, const char *path, PendoCompare compare,
			   bool value)
{
	/* Of two values, not the one is the other. */
	if (compare == PENDO_NE)
		value = !value;
	appendStringInfo(into, "%s == %s", path, value ? "true" : "false");
}

/*
 * A time or day as the half-open range that it is true in; "==" would miss
 * times with a fraction of a ms, which is cut here.
 */
static void
append_range(StringInfo into, const char *path, const PendoColumn *column,
			 PendoRange range)
{
	int64 slack = column->is_loose ? 1 : 0;

	if (range.is_empty)
		appendStringInfoString(into, "false");
	else if (range.is_outside)
		appendStringInfo(into, "%s < " INT64_FORMAT " || %s >= " INT64_FORMAT,
						 path, range.start + slack, path, range.end - slack);
	else if (range.start == PENDO_RANGE_MIN && range.end == PENDO_RANGE_MAX)
		appendStringInfo(into, "!isNil(%s)", path);
	else if (range.start == PENDO_RANGE_MIN)
		appendStringInfo(into, "%s < " INT64_FORMAT, path, range.end + slack);
	else if (range.end == PENDO_RANGE_MAX)
		appendStringInfo(into, "%s >= " INT64_FORMAT, path,
						 range.start - slack);
	else
		appendStringInfo(into, "%s >= " INT64_FORMAT " && %s < " INT64_FORMAT,
						 path, range.start - slack, path, range.end + slack);
}

static void
append_value(StringInfo into, const PendoColumn *column, const char *path,
			 PendoCompare compare, Oid type, Datum value, pg_tz *zone)
{
	switch (column->type)
	{
		case PENDO_FIELD_TEXT:
			append_text(into, path, compare, TextDatumGetCString(value));
			break;
		case PENDO_FIELD_INTEGER:
			append_integer(into, path, compare, integer_value(value, type));
			break;
		case PENDO_FIELD_NUMBER:
			append_number(into, path, compare, number_value(value, type));
			break;
		case PENDO_FIELD_BOOLEAN:
			append_boolean(into, path, compare, DatumGetBool(value));
			break;
		case PENDO_FIELD_TIME:
		case PENDO_FIELD_DAY:
			append_range(into, path, column,
						 pendo_compare_range(column->type, compare, type, value,
											 zone));
			break;
		default:
			elog(ERROR, "field type %d cannot be compared", column->type);
	}
}

/* Column equal to one of, or different from each of, the elements. */
static void
append_array(StringInfo into, const PendoColumn *column, const char *path,
			 bool is_any, const PendoOperand *operand, pg_tz *zone)
{
	bool *nulls;
	int count;
	Datum *elements = array_elements(operand, &nulls, &count);
	bool is_first = true;

	if (count > MAX_ALTERNATIVES)
	{
		appendStringInfoString(into, "true");
		return;
	}
	for (int i = 0; i < count; i++)
	{
		/* x = NULL is never true; x <> NULL neither, and then nothing is. */
		if (nulls[i] && is_any)
			continue;
		if (!is_first)
			appendStringInfoString(into, is_any ? " || " : " && ");
		is_first = false;
		if (nulls[i])
			appendStringInfoString(into, "false");
		else
		{
			appendStringInfoChar(into, '(');
			append_value(into, column, path, is_any ? PENDO_EQ : PENDO_NE,
						 operand->type, elements[i], zone);
			appendStringInfoChar(into, ')');
		}
	}
	/* = ANY of nothing is false; <> ALL of nothing is true, also of NULL. */
	if (is_first)
		appendStringInfoString(into, is_any ? "false" : "true");
}

static void
append_leaf(StringInfo into, const PendoScan *scan, pg_tz *zone,
			const PendoFilter *leaf)
{
	const PendoColumn *column = &scan->relation->columns[leaf->attnum - 1];
	const PendoOperand *operand = leaf->operand < 0
									  ? NULL
									  : &scan->operands[leaf->operand];
	StringInfoData path;

	initStringInfo(&path);
	pendo_append_path(&path, column->path);
	if (leaf->kind == PENDO_FILTER_IS_NULL)
		appendStringInfo(into, "isNil(%s)", path.data);
	else if (leaf->kind == PENDO_FILTER_IS_NOT_NULL)
		appendStringInfo(into, "!isNil(%s)", path.data);
	else if (!operand->is_known)
		appendStringInfo(into, "%s %s %s", path.data,
						 leaf->kind == PENDO_FILTER_COMPARE
							 ? compare_signs[leaf->compare]
						 : leaf->kind == PENDO_FILTER_ANY ? "in"
														  : "not in",
						 operand->text);
	else if (operand->is_null)
		appendStringInfoString(into, "false");
	else if (leaf->kind == PENDO_FILTER_COMPARE)
		append_value(into, column, path.data, leaf->compare, operand->type,
					 operand->value, zone);
	else
		append_array(into, column, path.data, leaf->kind == PENDO_FILTER_ANY,
					 operand, zone);
	if (column->is_loose && type_tests[column->type] != NULL &&
		leaf->kind != PENDO_FILTER_IS_NOT_NULL)
		appendStringInfo(into, " || %s(%s) == false", type_tests[column->type],
						 path.data);
	pfree(path.data);
}

static void
append_filter(StringInfo into, const PendoScan *scan, pg_tz *zone,
			  const PendoFilter *filter)
{
	ListCell *cell;

	appendStringInfoChar(into, '(');
	if (filter->kind != PENDO_FILTER_AND && filter->kind != PENDO_FILTER_OR)
		append_leaf(into, scan, zone, filter);
	foreach(cell, filter->children)
	{
		if (foreach_current_index(cell) > 0)
			appendStringInfoString(into, filter->kind == PENDO_FILTER_AND
											 ? " && "
											 : " || ");
		append_filter(into, scan, zone, lfirst(cell));
	}
	appendStringInfoChar(into, ')');
}

void
pendo_append_filters(StringInfo into, const PendoScan *scan, pg_tz *zone,
					 AttrNumber time)
{
	ListCell *cell;

	foreach(cell, scan->filters)
	{
		const PendoFilter *filter = lfirst(cell);

		if (time != 0 && pendo_is_range_leaf(filter, time))
			continue;
		if (into->len > 0)
			appendStringInfoString(into, " && ");
		append_filter(into, scan, zone, filter);
	}
}
