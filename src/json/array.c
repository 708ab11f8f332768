/*-------------------------------------------------------------------------
 *
 * json/array.c
 *	  Elements of a JSON array that the reader has given out as a slice.
 *
 *-------------------------------------------------------------------------
 */
#include "json/array.h"

static void
skip_space(PendoJsonArray *array)
{
	while (array->at < array->end && (*array->at == ' ' || *array->at == '\t' ||
									  *array->at == '\n' || *array->at == '\r'))
		array->at++;
}

/* Behind the string that begins here, with its quote. */
static void
take_string(PendoJsonArray *array, PendoJsonValue *element)
{
	const char *at = array->at + 1;

	element->kind = PENDO_JSON_STRING;
	element->start = at;
	for (; at < array->end && *at != '"'; at++)
	{
		element->has_high_bit |= (*at & 0x80) != 0;
		if (*at == '\\')
		{
			element->has_escape = true;
			at++;
		}
	}
	element->length = (uint32_t) (at - element->start);
	array->at = at + 1;
}

/* Behind the array or object that begins here. */
static void
take_nested(PendoJsonArray *array, PendoJsonValue *element)
{
	int depth = 0;

	element->kind = *array->at == '[' ? PENDO_JSON_ARRAY : PENDO_JSON_OBJECT;
	element->start = array->at;
	do
	{
		PendoJsonValue inner = {0};

		if (*array->at == '"')
		{
			take_string(array, &inner);
			element->has_high_bit |= inner.has_high_bit;
			continue;
		}
		if (*array->at == '[' || *array->at == '{')
			depth++;
		else if (*array->at == ']' || *array->at == '}')
			depth--;
		array->at++;
	} while (depth > 0 && array->at < array->end);
	element->length = (uint32_t) (array->at - element->start);
}

static void
take_scalar(PendoJsonArray *array, PendoJsonValue *element)
{
	const char *at = array->at;

	element->start = at;
	element->kind = *at == 'n'	 ? PENDO_JSON_NULL
					: *at == 't' ? PENDO_JSON_TRUE
					: *at == 'f' ? PENDO_JSON_FALSE
								 : PENDO_JSON_NUMBER;
	while (at < array->end && *at != ',' && *at != ']' && *at != ' ' &&
		   *at != '\t' && *at != '\n' && *at != '\r')
		at++;
	element->length = (uint32_t) (at - element->start);
	array->at = at;
}

PendoJsonArray
pendo_json_array_begin(const PendoJsonValue *value)
{
	/* Behind the opening bracket, before the closing one. */
	PendoJsonArray array = {value->start + 1, value->start + value->length - 1};

	return array;
}

bool
pendo_json_array_next(PendoJsonArray *array, PendoJsonValue *element)
{
	PendoJsonValue nothing = {0};

	*element = nothing;
	skip_space(array);
	if (array->at < array->end && *array->at == ',')
		array->at++;
	skip_space(array);
	if (array->at >= array->end)
		return false;
	if (*array->at == '"')
		take_string(array, element);
	else if (*array->at == '[' || *array->at == '{')
		take_nested(array, element);
	else
		take_scalar(array, element);
	return true;
}
