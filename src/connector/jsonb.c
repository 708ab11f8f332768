/*-------------------------------------------------------------------------
 *
 * connector/jsonb.c
 *	  JSON that came from outside, as jsonb.
 *
 * What jsonb_in() does, faster, and with what is wrong told instead of raised: the
 * scanner walks the text, strings without escapes are taken from where they are,
 * and whole numbers do not pass through their text.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "connector/jsonb.h"
#include "json/number.h"
#include "json/scan.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

/*
 * numeric ends at 10^131072 and at 16,383 digits behind the point.  Within these no
 * number reaches that, and no measurement comes near.
 */
#define MAX_EXPONENT	 10000
#define MAX_NUMBER_BYTES 6000

/* Numbers of so many characters are within bigint. */
#define SHORT_NUMBER 18

typedef struct Maker
{
	PendoJsonScan scan;
	JsonbParseState *state;
	JsonbValue *root; /* of what was pushed last */
	const char *problem;
} Maker;

static const char *
make_value(Maker *maker, const char *p, JsonbIteratorToken token);

static const char *
fail(Maker *maker, const char *problem)
{
	maker->problem = problem;
	return NULL;
}

static const char *
fail_at(Maker *maker, const char *p)
{
	return pendo_json_scan_fail(&maker->scan, p);
}

static void
push(Maker *maker, JsonbIteratorToken token, JsonbValue *value)
{
	maker->root = pushJsonbValue(&maker->state, token, value);
}

/* The whole is a scalar: there is nothing around it. */
static void
push_scalar(Maker *maker, JsonbIteratorToken token, const JsonbValue *value)
{
	JsonbValue copy = *value;

	if (token != WJB_DONE)
	{
		push(maker, token, &copy);
		return;
	}
	maker->root = palloc(sizeof(JsonbValue));
	*maker->root = copy;
}

/* What has none is the same in every encoding of a server. */
static bool
has_high_bit(const char *text, int64_t length)
{
	for (int64_t i = 0; i < length; i++)
	{
		if (IS_HIGHBIT_SET(text[i]))
			return true;
	}
	return false;
}

/* Sets "value" to a string's content; false, with a problem, if there is none. */
static bool
read_string(Maker *maker, const char *start, size_t length, unsigned flags,
			JsonbValue *value)
{
	PendoJsonValue string = {.start = start,
							 .length = (uint32_t) length,
							 .kind = PENDO_JSON_STRING};
	char *content = (char *) start;
	int64_t size = (int64_t) length;

	if (flags & PENDO_JSON_HAS_ESCAPE)
	{
		content = palloc(length + 1);
		size = pendo_json_unescape(&string, content);
		if (size < 0)
		{
			fail(maker, "it has characters that this database cannot hold");
			return false;
		}
	}
	if (GetDatabaseEncoding() != PG_UTF8 && has_high_bit(content, size))
	{
		content = pg_any_to_server(pnstrdup(content, size), size, PG_UTF8);
		size = strlen(content);
	}
	if (size > JENTRY_OFFLENMASK)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("a string of %lld bytes is too long for jsonb",
							   (long long) size)));
	value->type = jbvString;
	value->val.string.val = content;
	value->val.string.len = (int) size;
	return true;
}

static const char *
make_string(Maker *maker, const char *p, JsonbIteratorToken token)
{
	unsigned flags = 0;
	JsonbValue value;
	const char *close = pendo_json_scan_string(&maker->scan, p + 1, &flags);

	if (close == NULL ||
		!read_string(maker, p + 1, close - (p + 1), flags, &value))
		return NULL;
	push_scalar(maker, token, &value);
	return close + 1;
}

/* Might numeric refuse it? */
static bool
is_wild(const char *number, size_t length)
{
	const char *mark;
	long exponent;

	if (length > MAX_NUMBER_BYTES)
		return true;
	mark = memchr(number, 'e', length);
	if (mark == NULL)
		mark = memchr(number, 'E', length);
	exponent = mark != NULL ? strtol(mark + 1, NULL, 10) : 0;
	return exponent > MAX_EXPONENT || exponent < -MAX_EXPONENT;
}

/* Digits alone, and no more of them than bigint has. */
static bool
is_short_and_whole(const char *number, size_t length)
{
	size_t at = *number == '-' ? 1 : 0;

	if (length > SHORT_NUMBER)
		return false;
	while (at < length && isdigit((unsigned char) number[at]))
		at++;
	return at == length;
}

static bool
read_number(Maker *maker, const char *start, size_t length, JsonbValue *value)
{
	int64_t whole;

	value->type = jbvNumeric;
	if (is_short_and_whole(start, length) &&
		pendo_json_number_int64(start, length, &whole) == PENDO_JSON_NUMBER_OK)
	{
		value->val.numeric = int64_to_numeric(whole);
		return true;
	}
	if (is_wild(start, length))
	{
		fail(maker, "it has a number of no sane size");
		return false;
	}
	value->val.numeric = DatumGetNumeric(
		DirectFunctionCall3(numeric_in,
							CStringGetDatum(pnstrdup(start, length)),
							ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	return true;
}

static const char *
make_scalar(Maker *maker, const char *p, JsonbIteratorToken token)
{
	JsonbValue value = {.type = jbvBool};
	uint8_t kind;
	const char *behind = pendo_json_scan_scalar(&maker->scan, p, &kind);

	if (behind == NULL)
		return NULL;
	if (kind == PENDO_JSON_NULL)
		value.type = jbvNull;
	else if (kind != PENDO_JSON_NUMBER)
		value.val.boolean = kind == PENDO_JSON_TRUE;
	else if (!read_number(maker, p, behind - p, &value))
		return NULL;
	push_scalar(maker, token, &value);
	return behind;
}

/* A member's name, and its value. */
static const char *
make_member(Maker *maker, const char *p)
{
	unsigned flags = 0;
	uint32_t length;
	const char *name;
	JsonbValue key;

	p = pendo_json_scan_key(&maker->scan, p, &name, &length, &flags);
	if (p == NULL || !read_string(maker, name, length, flags, &key))
		return NULL;
	push(maker, WJB_KEY, &key);
	return make_value(maker, pendo_json_skip_space(p), WJB_VALUE);
}

/* What is between the brackets; returns where the closing one is to be. */
static const char *
make_content(Maker *maker, const char *p, bool is_object, char closing)
{
	if (*p == closing)
		return p;
	for (;;)
	{
		p = is_object ? make_member(maker, p) : make_value(maker, p, WJB_ELEM);
		if (p == NULL)
			return NULL;
		p = pendo_json_skip_space(p);
		if (*p != ',')
			return p;
		p = pendo_json_skip_space(p + 1);
	}
}

static const char *
make_container(Maker *maker, const char *p)
{
	bool is_object = *p == '{';
	char closing = is_object ? '}' : ']';

	check_stack_depth();
	if (++maker->scan.depth > maker->scan.max_depth)
		return pendo_json_scan_refuse(&maker->scan, p, PENDO_JSON_TOO_DEEP);
	push(maker, is_object ? WJB_BEGIN_OBJECT : WJB_BEGIN_ARRAY, NULL);
	p = make_content(maker, pendo_json_skip_space(p + 1), is_object, closing);
	if (p == NULL)
		return NULL;
	if (*p != closing)
		return fail_at(maker, p);
	push(maker, is_object ? WJB_END_OBJECT : WJB_END_ARRAY, NULL);
	maker->scan.depth--;
	return p + 1;
}

static const char *
make_value(Maker *maker, const char *p, JsonbIteratorToken token)
{
	CHECK_FOR_INTERRUPTS();
	if (*p == '{' || *p == '[')
		return make_container(maker, p);
	if (*p == '"')
		return make_string(maker, p, token);
	return make_scalar(maker, p, token);
}

/* Lay out the text as the scanner wants it: a number goes on to something else. */
static void
pad(StringInfo text)
{
	enlargeStringInfo(text, PENDO_JSON_PAD + 2);
	text->data[text->len] = '\n';
	memset(text->data + text->len + 1, 0, PENDO_JSON_PAD + 1);
}

Jsonb *
pendo_jsonb_from_json(StringInfo text, const char **problem)
{
	Maker maker = {.scan = {.max_depth = PENDO_JSON_MAX_DEPTH,
							.max_key = JENTRY_OFFLENMASK}};
	const char *p;

	if (!pendo_json_valid_utf8(text->data, text->len))
	{
		*problem = "it is no text in UTF-8";
		return NULL;
	}
	pad(text);
	maker.scan.end = text->data + text->len + 1;
	p = make_value(&maker, pendo_json_skip_space(text->data), WJB_DONE);
	if (p != NULL && pendo_json_skip_space(p) != maker.scan.end)
		p = fail_at(&maker, p);
	text->data[text->len] = '\0';
	if (p != NULL)
		return JsonbValueToJsonb(maker.root);
	*problem = maker.problem != NULL ? maker.problem
			   : maker.scan.error == PENDO_JSON_TOO_DEEP
				   ? "it is nested too deeply"
				   : "it is not valid JSON";
	return NULL;
}
