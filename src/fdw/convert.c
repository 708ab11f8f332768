/*-------------------------------------------------------------------------
 *
 * fdw/convert.c
 *	  Values from JSON to Datums.
 *
 * Each column has a function by its SQL type.  It is given a value that is
 * neither absent nor null and either makes a Datum or says why the value is
 * bad; what then happens is the table's option on_bad_value.  Types without
 * a function here are read by their own input function, whose errors are
 * errors whatever the option says.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "compat.h"
#include "connector/calendar.h"
#include "connector/jsonb.h"
#include "fdw/fdw.h"
#include "http/retry.h"
#include "json/array.h"
#include "json/iso8601.h"
#include "json/number.h"
#include "json/value.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

/* How much of a bad value a message shows. */
#define SHOWN_CHARACTERS 80

/*
 * Plain strings of a row, up to so many bytes together, take no allocation of
 * their own.
 */
#define STRING_ROOM 8192

/*
 * Strings up to this length are copied as if they had it: without a loop or a
 * call.  Behind a value are as many bytes, and behind the room for strings.
 */
#define SHORT_STRING 48
StaticAssertDecl(SHORT_STRING <= PENDO_JSON_PAD, "reading beyond the buffer");

/* Days remembered: more than a window of a month has. */
#define KNOWN_DAYS 32
#define MS_PER_DAY (INT64CONST(86400) * 1000)

/* A bucket and its day. */
typedef struct KnownDay
{
	int64 ms;
	DateADT day;
	bool is_set;
} KnownDay;

typedef struct Column
{
	const PendoColumn *column;
	bool (*convert)(struct PendoConverter *converter,
					const PendoJsonValue *value, Datum *result);
	FmgrInfo input; /* of other types */
	Oid input_param;
} Column;

struct PendoConverter
{
	const PendoRelation *relation;
	pg_tz *zone;
	bool bad_is_null;
	bool is_textual; /* see connector.h */
	uint64 bad_values;
	int column_count;
	Column *columns;
	const Column *current; /* being converted, for error contexts */
	const char *problem;   /* what the last bad value was not */
	KnownDay known_days[KNOWN_DAYS];
	char *strings; /* STRING_ROOM bytes, anew for each row */
	Size strings_used;
};

/* A text of so many bytes, to last as long as the row. */
static inline text *
make_text(PendoConverter *converter, Size length)
{
	Size size = MAXALIGN(VARHDRSZ + length);
	text *result;

	if (size <= STRING_ROOM - converter->strings_used)
	{
		result = (text *) (converter->strings + converter->strings_used);
		converter->strings_used += size;
	}
	else
		result = palloc(size + SHORT_STRING);
	SET_VARSIZE(result, VARHDRSZ + length);
	return result;
}

/* NULL if the value holds \u0000 or is not UTF-8. */
static text *
string_to_text(PendoConverter *converter, const PendoJsonValue *value)
{
	text *result;
	char *converted;
	int64 length;

	if (!value->has_escape && !value->has_high_bit)
	{
		result = make_text(converter, value->length);
		if (value->length <= SHORT_STRING)
			memcpy(VARDATA(result), value->start, SHORT_STRING);
		else
			memcpy(VARDATA(result), value->start, value->length);
		return result;
	}
	result = make_text(converter, value->length);
	length = pendo_json_unescape(value, VARDATA(result));
	if (length < 0)
		return NULL;
	SET_VARSIZE(result, VARHDRSZ + length);
	if (GetDatabaseEncoding() == PG_UTF8)
		return result;
	converted = pg_any_to_server(VARDATA(result), (int) length, PG_UTF8);
	if (converted == VARDATA(result))
		return result;
	return cstring_to_text(converted);
}

/* The value as it was sent, strings with their quotes; NULL if not UTF-8. */
static char *
value_as_sent(const PendoJsonValue *value)
{
	bool is_string = value->kind == PENDO_JSON_STRING;
	char *json = pnstrdup(value->start - (is_string ? 1 : 0),
						  value->length + (is_string ? 2 : 0));

	if (value->has_high_bit &&
		!pendo_json_valid_utf8(value->start, value->length))
		return NULL;
	if (value->has_high_bit && GetDatabaseEncoding() != PG_UTF8)
		return pg_any_to_server(json, strlen(json), PG_UTF8);
	return json;
}

static bool
bad(PendoConverter *converter, const char *problem)
{
	converter->problem = problem;
	return false;
}

/* Text takes every value: what is no string as the JSON that was sent. */
static bool
convert_text(PendoConverter *converter, const PendoJsonValue *value,
			 Datum *result)
{
	text *string = NULL;
	char *json;

	if (value->kind == PENDO_JSON_STRING)
		string = string_to_text(converter, value);
	else if ((json = value_as_sent(value)) != NULL)
		string = cstring_to_text(json);
	if (string == NULL)
		return bad(converter, "text without \\u0000, in UTF-8");
	*result = PointerGetDatum(string);
	return true;
}

static bool
convert_int8(PendoConverter *converter, const PendoJsonValue *value,
			 Datum *result)
{
	int64_t number;

	if (value->kind != PENDO_JSON_NUMBER ||
		pendo_json_number_int64(value->start, value->length, &number) !=
			PENDO_JSON_NUMBER_OK)
		return bad(converter, "a whole number within bigint");
	*result = Int64GetDatum(number);
	return true;
}

static bool
convert_int4(PendoConverter *converter, const PendoJsonValue *value,
			 Datum *result)
{
	Datum wide;

	if (!convert_int8(converter, value, &wide) ||
		DatumGetInt64(wide) < PG_INT32_MIN ||
		DatumGetInt64(wide) > PG_INT32_MAX)
		return bad(converter, "a whole number within integer");
	*result = Int32GetDatum((int32) DatumGetInt64(wide));
	return true;
}

static bool
convert_int2(PendoConverter *converter, const PendoJsonValue *value,
			 Datum *result)
{
	Datum wide;

	if (!convert_int8(converter, value, &wide) ||
		DatumGetInt64(wide) < PG_INT16_MIN ||
		DatumGetInt64(wide) > PG_INT16_MAX)
		return bad(converter, "a whole number within smallint");
	*result = Int16GetDatum((int16) DatumGetInt64(wide));
	return true;
}

static bool
convert_float8(PendoConverter *converter, const PendoJsonValue *value,
			   Datum *result)
{
	double number;

	if (value->kind != PENDO_JSON_NUMBER ||
		pendo_json_number_double(value->start, value->length, &number) !=
			PENDO_JSON_NUMBER_OK)
		return bad(converter, "a number within double precision");
	*result = Float8GetDatum(number);
	return true;
}

static bool
convert_bool(PendoConverter *converter, const PendoJsonValue *value,
			 Datum *result)
{
	if (value->kind != PENDO_JSON_TRUE && value->kind != PENDO_JSON_FALSE)
		return bad(converter, "true or false");
	*result = BoolGetDatum(value->kind == PENDO_JSON_TRUE);
	return true;
}

/* Milliseconds since 1970; a fraction of one is cut. */
static bool
number_to_ms(const PendoJsonValue *value, int64 *ms)
{
	int64_t whole;
	double number;

	if (pendo_json_number_int64(value->start, value->length, &whole) ==
		PENDO_JSON_NUMBER_OK)
	{
		*ms = whole;
		return true;
	}
	if (pendo_json_number_double(value->start, value->length, &number) !=
			PENDO_JSON_NUMBER_OK ||
		fabs(number) > 1e17)
		return false;
	*ms = (int64) floor(number);
	return true;
}

/*
 * What snippets of applications send instead: ISO 8601, without a zone in
 * that of the subscription.
 */
static bool
string_to_time(const PendoConverter *converter, const PendoJsonValue *value,
			   TimestampTz *time)
{
	PendoIsoTime iso;
	int64 ms;
	DateADT day;

	if (value->has_escape ||
		!pendo_iso_time_parse(value->start, value->length, &iso))
		return false;
	day = date2j(iso.year, iso.month, iso.day) - POSTGRES_EPOCH_JDATE;
	ms = ((int64) (iso.hour * 60 + iso.minute) * 60 + iso.second) * 1000;
	if (iso.has_zone)
		ms += pendo_day_start(day, pg_tzset("GMT")) -
			  (int64) iso.zone_minutes * 60 * 1000;
	else
		ms = pendo_local_time(day, ms, converter->zone);
	if (!pendo_ms_to_timestamptz(ms, time))
		return false;
	*time += iso.microsecond;
	return true;
}

static bool
convert_timestamptz(PendoConverter *converter, const PendoJsonValue *value,
					Datum *result)
{
	TimestampTz time;
	int64 ms;
	bool good;

	if (value->kind == PENDO_JSON_STRING)
		good = string_to_time(converter, value, &time);
	else
		good = value->kind == PENDO_JSON_NUMBER && number_to_ms(value, &ms) &&
			   pendo_ms_to_timestamptz(ms, &time);
	if (!good)
		return bad(converter, "a time in milliseconds since 1970, or ISO 8601");
	*result = TimestampTzGetDatum(time);
	return true;
}

static bool
convert_timestamp(PendoConverter *converter, const PendoJsonValue *value,
				  Datum *result)
{
	Datum time;

	if (!convert_timestamptz(converter, value, &time))
		return false;
	*result = DirectFunctionCall1(timestamptz_timestamp, time);
	return true;
}

/* A bucket that is no midnight: the option time_zone is wrong. */
pg_noreturn static void
wrong_zone(const PendoConverter *converter, int64 ms)
{
	TimestampTz time;

	if (!pendo_ms_to_timestamptz(ms, &time))
		time = 0;
	ereport(ERROR,
			(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
			 errmsg("time zone \"%s\" is not that of the subscription",
					pg_get_timezone_name(converter->zone)),
			 errdetail("A day began at %s, which is no midnight there.  It "
					   "is one in: %s.",
					   timestamptz_to_str(time), pendo_zones_with_midnight(ms)),
			 errhint("Set the server option time_zone to the subscription's "
					 "zone: ALTER SERVER ... OPTIONS (SET time_zone '...').")));
}

/*
 * The day of a bucket, which begins at a midnight of the subscription.  The
 * calendar is slow, and rows have but a few days.
 */
static bool
convert_day(PendoConverter *converter, const PendoJsonValue *value,
			Datum *result)
{
	KnownDay *known;
	TimestampTz time;
	int64 ms;

	if (value->kind != PENDO_JSON_NUMBER || !number_to_ms(value, &ms) ||
		!pendo_ms_to_timestamptz(ms, &time))
		return bad(converter, "a day in milliseconds since 1970");
	known = &converter->known_days[(uint64) (ms / MS_PER_DAY) % KNOWN_DAYS];
	if (!known->is_set || known->ms != ms)
	{
		DateADT day = pendo_day_of(ms, converter->zone);

		if (pendo_day_start(day, converter->zone) != ms)
			wrong_zone(converter, ms);
		*known = (KnownDay){ms, day, true};
	}
	*result = DateADTGetDatum(known->day);
	return true;
}

/* The day of a time, in the subscription's zone. */
static bool
convert_date(PendoConverter *converter, const PendoJsonValue *value,
			 Datum *result)
{
	Datum time;

	if (converter->current->column->type == PENDO_FIELD_DAY)
		return convert_day(converter, value, result);
	if (!convert_timestamptz(converter, value, &time))
		return false;
	*result = DateADTGetDatum(
		pendo_day_of(pendo_ms_floor(DatumGetTimestampTz(time)),
					 converter->zone));
	return true;
}

static bool
convert_jsonb(PendoConverter *converter, const PendoJsonValue *value,
			  Datum *result)
{
	int quotes = value->kind == PENDO_JSON_STRING ? 1 : 0;
	StringInfoData json;
	const char *problem;
	Jsonb *jsonb;

	initStringInfo(&json);
	appendBinaryStringInfo(&json, value->start - quotes,
						   value->length + 2 * quotes);
	jsonb = pendo_jsonb_from_json(&json, &problem);
	if (jsonb == NULL)
		return bad(converter, "JSON that jsonb can hold: no \\u0000, UTF-8, "
							  "numbers of a sane size");
	*result = JsonbPGetDatum(jsonb);
	return true;
}

/* As sent: a string keeps its quotes, or it would be no JSON. */
static bool
convert_json(PendoConverter *converter, const PendoJsonValue *value,
			 Datum *result)
{
	char *json = value_as_sent(value);

	if (json == NULL)
		return bad(converter, "JSON in UTF-8");
	*result = DirectFunctionCall1(json_in, CStringGetDatum(json));
	return true;
}

/* "a;b;c": names of options, of which none holds a semicolon or an escape. */
static bool
split_text(PendoConverter *converter, const PendoJsonValue *value,
		   Datum *result)
{
	ArrayBuildState *elements = initArrayResult(TEXTOID, CurrentMemoryContext,
												false);
	const char *end = value->start + value->length;
	PendoJsonValue part = *value;

	while (part.start <= end)
	{
		const char *next = memchr(part.start, ';', end - part.start);
		Datum one;

		part.length = (uint32_t) ((next ? next : end) - part.start);
		if (part.length > 0 && !convert_text(converter, &part, &one))
			return false;
		if (part.length > 0)
			elements = accumArrayResult(elements, one, false, TEXTOID,
										CurrentMemoryContext);
		part.start += part.length + 1;
	}
	*result = makeArrayResult(elements, CurrentMemoryContext);
	return true;
}

static bool
convert_text_array(PendoConverter *converter, const PendoJsonValue *value,
				   Datum *result)
{
	PendoJsonArray array;
	PendoJsonValue element;
	ArrayBuildState *elements;

	if (converter->is_textual && value->kind == PENDO_JSON_STRING)
		return split_text(converter, value, result);
	if (value->kind != PENDO_JSON_ARRAY)
		return bad(converter, "a list");
	elements = initArrayResult(TEXTOID, CurrentMemoryContext, false);
	array = pendo_json_array_begin(value);
	while (pendo_json_array_next(&array, &element))
	{
		bool is_null = element.kind == PENDO_JSON_NULL;
		Datum one = (Datum) 0;

		if (!is_null && !convert_text(converter, &element, &one))
			return false;
		elements = accumArrayResult(elements, one, is_null, TEXTOID,
									CurrentMemoryContext);
	}
	*result = makeArrayResult(elements, CurrentMemoryContext);
	return true;
}

/* Any other type, by its input function. */
static bool
convert_input(PendoConverter *converter, const PendoJsonValue *value,
			  Datum *result)
{
	Column *column = unconstify(Column *, converter->current);
	Datum string;

	if (!convert_text(converter, value, &string))
		return false;
	*result = InputFunctionCall(&column->input, TextDatumGetCString(string),
								column->input_param, column->column->typmod);
	return true;
}

static const struct
{
	Oid type;
	bool (*convert)(PendoConverter *converter, const PendoJsonValue *value,
					Datum *result);
} conversions[] = {
	{TEXTOID, convert_text},
	{VARCHAROID, convert_text},
	{INT8OID, convert_int8},
	{INT4OID, convert_int4},
	{INT2OID, convert_int2},
	{FLOAT8OID, convert_float8},
	{BOOLOID, convert_bool},
	{TIMESTAMPTZOID, convert_timestamptz},
	{TIMESTAMPOID, convert_timestamp},
	{DATEOID, convert_date},
	{JSONBOID, convert_jsonb},
	{JSONOID, convert_json},
	{TEXTARRAYOID, convert_text_array},
};

static void
prepare_column(Column *column)
{
	const PendoColumn *known = column->column;
	Oid function;

	/* A length or precision is for the type's own input function. */
	for (int i = 0; known->typmod < 0 && i < lengthof(conversions); i++)
	{
		if (conversions[i].type == known->sql_type)
		{
			column->convert = conversions[i].convert;
			return;
		}
	}
	column->convert = convert_input;
	getTypeInputInfo(known->sql_type, &function, &column->input_param);
	fmgr_info(function, &column->input);
}

/* Zone of days and of times without one; GMT where a connector has no such. */
static const char *
zone_name(const PendoRelation *relation)
{
	if (pendo_option_find(relation->options->table, "time_zone",
						  PENDO_ON_SERVER) == NULL)
		return "GMT";
	return pendo_option_text(relation->options, "time_zone");
}

PendoConverter *
pendo_converter_create(const PendoRelation *relation, Bitmapset *columns)
{
	PendoConverter *converter = palloc0(sizeof(PendoConverter));
	int attnum = -1;
	int i = 0;

	converter->relation = relation;
	converter->zone = pg_tzset(zone_name(relation));
	converter->is_textual = relation->connector->is_textual;
	converter->bad_is_null = strcmp(pendo_option_text(relation->options,
													  "on_bad_value"),
									"null") == 0;
	converter->strings = palloc(STRING_ROOM + SHORT_STRING);
	converter->column_count = bms_num_members(columns);
	converter->columns = palloc0(sizeof(Column) *
								 Max(converter->column_count, 1));
	while ((attnum = bms_next_member(columns, attnum)) >= 0)
	{
		Column *column = &converter->columns[i++];

		column->column = &relation->columns[attnum - 1];
		prepare_column(column);
	}
	return converter;
}

/* An error, or NULL and a count, as the table wants it. */
static void
handle_bad_value(PendoConverter *converter, const PendoJsonValue *value)
{
	const Column *column = converter->current;
	int quote = value->kind == PENDO_JSON_STRING ? 1 : 0;

	if (converter->bad_is_null)
	{
		converter->bad_values++;
		return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_FDW_INVALID_DATA_TYPE),
			 errmsg("bad value for column \"%s\" of foreign table \"%s\"",
					column->column->name, converter->relation->name),
			 errdetail("The remote value is %s; %s is expected.",
					   pendo_http_clean_text(value->start - quote,
											 value->length + 2 * quote,
											 SHOWN_CHARACTERS),
					   converter->problem),
			 errhint("Give the column a type that takes such values (text or "
					 "jsonb take all), or set the table's option on_bad_value "
					 "to null.")));
}

static bool
takes_numbers(const Column *column)
{
	return column->convert == convert_int8 || column->convert == convert_int4 ||
		   column->convert == convert_int2 ||
		   column->convert == convert_float8 ||
		   column->convert == convert_timestamptz;
}

/*
 * What a string stands for where every value comes as one: a number, true or
 * false for columns of such types, nothing if it is empty.
 */
static const PendoJsonValue *
bare_value(const Column *column, const PendoJsonValue *value,
		   PendoJsonValue *bare)
{
	Oid type = column->column->sql_type;

	if (type == TEXTOID || type == VARCHAROID)
		return value;
	*bare = *value;
	if (value->length == 0)
		bare->kind = PENDO_JSON_NULL;
	else if (type == BOOLOID)
	{
		if (value->length == 4 && memcmp(value->start, "true", 4) == 0)
			bare->kind = PENDO_JSON_TRUE;
		else if (value->length == 5 && memcmp(value->start, "false", 5) == 0)
			bare->kind = PENDO_JSON_FALSE;
	}
	else if (takes_numbers(column) &&
			 pendo_json_number_is_valid(value->start, value->length))
		bare->kind = PENDO_JSON_NUMBER;
	return bare;
}

void
pendo_convert_row(PendoConverter *converter, const PendoJsonValue *row,
				  Datum *values, bool *nulls)
{
	memset(nulls, true, converter->relation->column_count * sizeof(bool));
	converter->strings_used = 0;
	for (int i = 0; i < converter->column_count; i++)
	{
		const Column *column = &converter->columns[i];
		int at = column->column->attnum - 1;
		const PendoJsonValue *value = &row[i];
		PendoJsonValue bare;

		if (converter->is_textual && value->kind == PENDO_JSON_STRING)
			value = bare_value(column, value, &bare);
		if (value->kind == PENDO_JSON_ABSENT || value->kind == PENDO_JSON_NULL)
			continue;
		converter->current = column;
		nulls[at] = !column->convert(converter, value, &values[at]);
		if (nulls[at])
			handle_bad_value(converter, &row[i]);
	}
	converter->current = NULL;
}

const char *
pendo_converter_column(const PendoConverter *converter)
{
	return converter->current ? converter->current->column->name : NULL;
}

uint64
pendo_converter_bad_values(const PendoConverter *converter)
{
	return converter->bad_values;
}
