/*-------------------------------------------------------------------------
 *
 * json/number.c
 *	  The value of a JSON number, from its text.
 *
 * A number may have any number of digits and any exponent.  Both conversions
 * start from its significant digits and a power of ten, so that neither the
 * length nor the way it is written matters.
 *
 *-------------------------------------------------------------------------
 */
#include "block.h"
#include "number.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Any number of so many digits fits into an unsigned 64-bit integer. */
#define UINT64_DIGITS 19

/*
 * 767 digits tell any double from its neighbours' midpoints; of the rest it
 * matters only whether they are all zero.
 */
#define DOUBLE_DIGITS 767

/* Exponents saturate here: beyond what any text's length could make up for. */
#define EXPONENT_LIMIT INT64_C(100000000000000000)

/* An exponent that makes any non-zero number of DOUBLE_DIGITS 0 or infinite. */
#define DOUBLE_EXPONENT_LIMIT 99999

/* Powers of ten that a double holds exactly. */
static const double exact_powers[] = {1e0,	1e1,  1e2,	1e3,  1e4,	1e5,
									  1e6,	1e7,  1e8,	1e9,  1e10, 1e11,
									  1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
									  1e18, 1e19, 1e20, 1e21, 1e22};

#define EXACT_POWERS   ((int64_t) (sizeof(exact_powers) / sizeof(double)))
#define EXACT_INTEGERS (UINT64_C(1) << 53)

/*
 * The value is the digits from "first" to "last", without the decimal point
 * that may be among them, times ten to the "exponent".  Neither end is a zero;
 * a value of zero has count = 0.
 */
typedef struct Decimal
{
	bool negative;
	const char *first;
	const char *last;
	size_t count; /* digits, the point not counted */
	int64_t exponent;
} Decimal;

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int64_t
read_exponent(const char *p, const char *end)
{
	bool negative = false;
	int64_t exponent = 0;

	if (p == end)
		return 0;
	p++; /* the e */
	if (*p == '-' || *p == '+')
		negative = (*p++ == '-');
	for (; p < end; p++)
	{
		if (exponent < EXPONENT_LIMIT)
			exponent = exponent * 10 + (*p - '0');
	}
	return negative ? -exponent : exponent;
}

static void
decompose(const char *text, size_t length, Decimal *decimal)
{
	const char *end = text + length;
	const char *point = NULL;
	const char *p = text;
	int64_t scale;

	memset(decimal, 0, sizeof(*decimal));
	decimal->negative = (*p == '-');
	if (decimal->negative)
		p++;
	for (; p < end && (is_digit(*p) || *p == '.'); p++)
	{
		if (*p == '.')
			point = p;
		else if (*p != '0')
		{
			if (decimal->first == NULL)
				decimal->first = p;
			decimal->last = p;
		}
	}
	if (decimal->first == NULL)
		return;

	/* now at the exponent; how far is the last digit from the point? */
	if (point == NULL)
		point = p;
	scale = point - decimal->last;
	if (scale > 0)
		scale--;
	decimal->exponent = read_exponent(p, end) + scale;
	decimal->count = (size_t) (decimal->last - decimal->first) + 1;
	if (decimal->first < point && point < decimal->last)
		decimal->count--;
}

/* The digits as an integer, which must fit. */
static uint64_t
digits_value(const Decimal *decimal)
{
	uint64_t value = 0;

	if (decimal->count == 0)
		return 0;
	for (const char *p = decimal->first; p <= decimal->last; p++)
	{
		if (*p != '.')
			value = value * 10 + (uint64_t) (*p - '0');
	}
	return value;
}

static PendoJsonNumberStatus
decimal_to_int64(const Decimal *decimal, int64_t *result)
{
	uint64_t most = (uint64_t) INT64_MAX + (decimal->negative ? 1 : 0);
	uint64_t value;

	if (decimal->exponent < 0)
		return PENDO_JSON_NUMBER_NOT_INTEGER;
	if (decimal->exponent > UINT64_DIGITS ||
		decimal->count + (size_t) decimal->exponent > UINT64_DIGITS)
		return PENDO_JSON_NUMBER_OUT_OF_RANGE;

	value = digits_value(decimal);
	for (int64_t i = 0; i < decimal->exponent; i++)
		value *= 10;
	if (value > most)
		return PENDO_JSON_NUMBER_OUT_OF_RANGE;
	*result = decimal->negative ? (int64_t) (0 - value) : (int64_t) value;
	return PENDO_JSON_NUMBER_OK;
}

/*
 * The value of the digits in a word, the first one in its lowest byte, zeros
 * before them: neighbours are joined to two digits each, those to four, and
 * those to eight.
 */
static inline uint64_t
join_digits(uint64_t word)
{
	word = word * 10 + (word >> 8);
	word = (word & UINT64_C(0x00ff00ff00ff00ff)) * 100 +
		   ((word >> 16) & UINT64_C(0x00ff00ff00ff00ff));
	return (word & UINT64_C(0xffff)) * 10000 +
		   ((word >> 32) & UINT64_C(0xffff));
}

/*
 * The value of the 1 to 8 bytes at "p", and in *all whether they are digits.
 * Moving them to the word's end, zeros before, takes no branch that a column
 * of numbers of this and that length would make hard to predict.
 */
static inline uint64_t
read_digits(const char *p, size_t count, bool *all)
{
	uint64_t word = pendo_json_load_first_low(p) - PENDO_JSON_EACH('0');

	*all = pendo_json_digits_at(p) >= count;
	return join_digits(word << (64 - 8 * count));
}

/* Behind a stretch of digits that is not empty; NULL if it is. */
static const char *
skip_digits(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p > start ? p : NULL;
}

bool
pendo_json_number_is_valid(const char *text, size_t length)
{
	const char *end = text + length;
	const char *p = text;

	if (p < end && *p == '-')
		p++;
	p = skip_digits(p, end);
	if (p != NULL && p < end && *p == '.')
		p = skip_digits(p + 1, end);
	if (p != NULL && p < end && (*p == 'e' || *p == 'E'))
	{
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		p = skip_digits(p, end);
	}
	return p == end;
}

PendoJsonNumberStatus
pendo_json_number_int64(const char *text, size_t length, int64_t *result)
{
	bool negative = (*text == '-');
	const char *p = text + negative;
	size_t count = length - negative;
	bool first = false;
	bool second = true;
	uint64_t value = 0;
	Decimal decimal;

	if (count <= 8)
		value = read_digits(p, count, &first);
	else if (count <= 16)
	{
		value = read_digits(p, count - 8, &first) * 100000000 +
				read_digits(p + count - 8, 8, &second);
	}
	if (first && second)
	{
		*result = negative ? -(int64_t) value : (int64_t) value;
		return PENDO_JSON_NUMBER_OK;
	}
	decompose(text, length, &decimal);
	return decimal_to_int64(&decimal, result);
}

/*
 * When digits and power of ten are both exact as doubles, one operation rounds
 * once, hence correctly.  Only where the machine computes in doubles.
 */
static bool
exact_double(const Decimal *decimal, double *result)
{
#if FLT_EVAL_METHOD == 0
	uint64_t digits;

	if (decimal->count > UINT64_DIGITS)
		return false;
	if (decimal->exponent <= -EXACT_POWERS || decimal->exponent >= EXACT_POWERS)
		return false;
	digits = digits_value(decimal);
	if (digits > EXACT_INTEGERS)
		return false;
	if (decimal->exponent < 0)
		*result = (double) digits / exact_powers[-decimal->exponent];
	else
		*result = (double) digits * exact_powers[decimal->exponent];
	return true;
#else
	(void) decimal;
	(void) result;
	return false;
#endif
}

static int64_t
clamp_exponent(int64_t exponent)
{
	if (exponent > DOUBLE_EXPONENT_LIMIT)
		return DOUBLE_EXPONENT_LIMIT;
	if (exponent < -DOUBLE_EXPONENT_LIMIT)
		return -DOUBLE_EXPONENT_LIMIT;
	return exponent;
}

/* strtod() of a canonical copy: digits, at most as many as matter, and an e. */
static double
library_double(const Decimal *decimal)
{
	char copy[DOUBLE_DIGITS + 16];
	char *out = copy;
	const char *p = decimal->first;
	int64_t exponent = decimal->exponent;
	size_t kept = decimal->count;

	if (kept > DOUBLE_DIGITS)
		kept = DOUBLE_DIGITS;
	for (size_t i = 0; i < kept; p++)
	{
		if (*p == '.')
			continue;
		*out++ = *p;
		i++;
	}
	if (kept < decimal->count)
	{
		/* the last digit is not zero, so neither is what is left out */
		*out++ = '1';
		exponent += (int64_t) (decimal->count - kept - 1);
	}
	*out++ = 'e';
	exponent = clamp_exponent(exponent);
	if (exponent < 0)
		*out++ = '-';
	if (exponent < 0)
		exponent = -exponent;
	for (int64_t unit = (DOUBLE_EXPONENT_LIMIT + 1) / 10; unit > 0; unit /= 10)
		*out++ = (char) ('0' + exponent / unit % 10);
	*out = '\0';
	return strtod(copy, NULL);
}

PendoJsonNumberStatus
pendo_json_number_double(const char *text, size_t length, double *result)
{
	Decimal decimal;
	double value = 0.0;

	decompose(text, length, &decimal);
	if (decimal.count > 0 && !exact_double(&decimal, &value))
		value = library_double(&decimal);
	if (isinf(value))
		return PENDO_JSON_NUMBER_OUT_OF_RANGE;
	*result = decimal.negative ? -value : value;
	return PENDO_JSON_NUMBER_OK;
}
