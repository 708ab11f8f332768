/*-------------------------------------------------------------------------
 *
 * json/storable.c
 *	  JSON that is well formed, made fit for jsonb.
 *
 *-------------------------------------------------------------------------
 */
#include "json/storable.h"

#include <stdlib.h>
#include <string.h>

/*
 * The greatest exponent let through, either way.  numeric ends at 10^131072
 * and 16,383 digits behind the point; no measurement comes near.
 */
#define MAX_EXPONENT 10000

/* Value of the four digits of an escape, whose grammar was checked. */
static unsigned int
code_unit(const char *digits)
{
	char four[5] = {digits[0], digits[1], digits[2], digits[3], 0};

	return (unsigned int) strtoul(four, NULL, 16);
}

static bool
is_low_surrogate(const char *escape)
{
	return escape[0] == '\\' && escape[1] == 'u' &&
		   code_unit(escape + 2) >= 0xdc00 && code_unit(escape + 2) <= 0xdfff;
}

/*
 * One escape; returns the text behind it (behind both halves of a pair), NULL
 * if it cannot be stored.
 */
static char *
mend_escape(char *escape)
{
	unsigned int unit;

	if (escape[1] != 'u')
		return escape + 2;
	unit = code_unit(escape + 2);
	if (unit == 0)
		return NULL;
	if (unit < 0xd800 || unit > 0xdfff)
		return escape + 6;
	if (unit < 0xdc00 && is_low_surrogate(escape + 6))
		return escape + 12;
	memcpy(escape + 2, "fffd", 4);
	return escape + 6;
}

/* Behind the string that begins here; NULL if it cannot be stored. */
static char *
mend_string(char *quote)
{
	char *at = quote + 1;

	while (at != NULL && *at != '"')
		at = *at == '\\' ? mend_escape(at) : at + 1;
	return at != NULL ? at + 1 : NULL;
}

static bool
is_digit(char character)
{
	return character >= '0' && character <= '9';
}

/* Is this the e of a number that is too large or too small? */
static bool
is_wild_exponent(const char *json, const char *at)
{
	if ((*at != 'e' && *at != 'E') || at == json || !is_digit(at[-1]))
		return false;
	return labs(strtol(at + 1, NULL, 10)) > MAX_EXPONENT;
}

bool
pendo_json_make_storable(char *json)
{
	char *at = json;

	while (at != NULL && *at != '\0')
	{
		if (is_wild_exponent(json, at))
			return false;
		at = *at == '"' ? mend_string(at) : at + 1;
	}
	return at != NULL;
}
