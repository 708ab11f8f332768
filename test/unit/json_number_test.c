/*-------------------------------------------------------------------------
 *
 * test/unit/json_number_test.c
 *	  JSON numbers as integers and doubles.
 *
 * sources: src/json/number.c
 *
 *-------------------------------------------------------------------------
 */
#include "json/number.h"
#include "json/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define OK			  PENDO_JSON_NUMBER_OK
#define FRACTION	  PENDO_JSON_NUMBER_NOT_INTEGER
#define RANGE		  PENDO_JSON_NUMBER_OUT_OF_RANGE

static const struct
{
	const char *text;
	PendoJsonNumberStatus status;
	int64_t value;
} integers[] = {
	{"0", OK, 0},
	{"-0", OK, 0},
	{"7", OK, 7},
	{"-7", OK, -7},
	{"12", OK, 12},
	{"-345678", OK, -345678},
	{"3456789", OK, 3456789},
	{"23456789", OK, 23456789},
	{"123456789", OK, 123456789},
	{"1718452800000", OK, 1718452800000},
	{"987654321012345", OK, 987654321012345},
	{"-9876543210123456", OK, -9876543210123456},
	{"98765432101234567", OK, 98765432101234567},
	{"9007199254740993", OK, 9007199254740993},
	{"999999999999999999", OK, 999999999999999999},
	{"-99999999999999999", OK, -99999999999999999},
	{"1000000000000000000", OK, 1000000000000000000},
	{"9223372036854775807", OK, INT64_MAX},
	{"-9223372036854775808", OK, INT64_MIN},
	{"9223372036854775808", RANGE, 0},
	{"-9223372036854775809", RANGE, 0},
	{"9999999999999999999", RANGE, 0},
	{"18446744073709551617", RANGE, 0},
	{"100000000000000000000", RANGE, 0},
	{"1.0", OK, 1},
	{"-1.000000000000000000000000000000", OK, -1},
	{"1e3", OK, 1000},
	{"1E+3", OK, 1000},
	{"10e-1", OK, 1},
	{"1200.50e1", OK, 12005},
	{"0.5e1", OK, 5},
	{"0.000000000000000000000000012e27", OK, 12},
	{"9223372036854775.807e3", OK, INT64_MAX},
	{"9223372036854775.808e3", RANGE, 0},
	{"-9223372036854775.808e3", OK, INT64_MIN},
	{"92233720368547758070000e-4", OK, INT64_MAX},
	{"1e18", OK, 1000000000000000000},
	{"1e19", RANGE, 0},
	{"1e99999999999999999999999", RANGE, 0},
	{"0e99999999999999999999999", OK, 0},
	{"0.000e-99999999999999999999", OK, 0},
	{"1.5", FRACTION, 0},
	{"-0.1", FRACTION, 0},
	{"1e-1", FRACTION, 0},
	{"12e-1", FRACTION, 0},
	{"1e-99999999999999999999999", FRACTION, 0},
	{"99999999999999999999999.5", FRACTION, 0},
};

static void
test_integers(void)
{
	for (size_t i = 0; i < LENGTH(integers); i++)
	{
		const char *text = integers[i].text;
		size_t length = strlen(text);
		char *copy = malloc(length + PENDO_JSON_PAD);
		int64_t value = 42;
		PendoJsonNumberStatus status;

		/* digits behind the number, which must not count */
		memset(copy, '9', length + PENDO_JSON_PAD);
		memcpy(copy, text, length);
		status = pendo_json_number_int64(copy, length, &value);
		tap_ok(status == integers[i].status &&
				   value == (status == OK ? integers[i].value : 42),
			   "%s as an integer", text);
		free(copy);
	}
}

static const char *const doubles[] = {
	"0",
	"-0",
	"-0.0",
	"1",
	"0.1",
	"-0.3",
	"1e22",
	"1e23",
	"1e-22",
	"1e-23",
	"9007199254740992",
	"9007199254740993",
	"9007199254740993.0000000001",
	"123456789012345678901234567890",
	"3.141592653589793238462643383279",
	"1.7976931348623157e308",
	"1.79769313486231580793728971405303415e308",
	"2.2250738585072014e-308",
	"2.2250738585072011e-308",
	"4.9e-324",
	"2.4703282292062328e-324",
	"2.4703282292062327e-324",
	"1e-400",
	"1e-99999999999999999999",
	"0e99999999999999999999",
	"-1e-400",
	"0.000000000000000000000000000000000000000001e42",
	"17976931348623157e292",
	"8.41e21",
	"5e-324",
	"9214843084008499",
	"0.5e-10",
	"100000e-5",
};

static const char *const infinite[] = {
	"1.7976931348623159e308",
	"1e309",
	"-1e400",
	"1e99999999999999999999",
	"1.79769313486231580793728971405303416e308",
};

static bool
same_double(const char *text, size_t length)
{
	double wanted = strtod(text, NULL);
	char *copy = malloc(length);
	double value = 42;
	bool same;

	memcpy(copy, text, length);
	same = pendo_json_number_double(copy, length, &value) == OK &&
		   memcmp(&value, &wanted, sizeof(value)) == 0;
	free(copy);
	return same;
}

static void
test_doubles(void)
{
	for (size_t i = 0; i < LENGTH(doubles); i++)
		tap_ok(same_double(doubles[i], strlen(doubles[i])), "%s as a double",
			   doubles[i]);
	for (size_t i = 0; i < LENGTH(infinite); i++)
	{
		double value = 42;

		tap_ok(pendo_json_number_double(infinite[i], strlen(infinite[i]),
										&value) == RANGE &&
				   value == 42,
			   "%.40s is too large for a double", infinite[i]);
	}
}

/*
 * The midpoint of two doubles has up to 767 digits; only a digit after them
 * decides.  Half of the smallest subnormal is such a midpoint.
 */
static void
test_long_doubles(void)
{
	static char midpoint[2000];
	static char text[200100];
	int length = snprintf(midpoint, sizeof(midpoint), "%.1075f",
						  3 * 4.9406564584124654e-324);
	double value;

	/* three halves of it, by halving the digits of three of it */
	for (int i = 2, rest = 0; i < length; i++)
	{
		int digit = rest * 10 + midpoint[i] - '0';

		midpoint[i] = (char) ('0' + digit / 2);
		rest = digit % 2;
	}
	tap_ok(same_double(midpoint, (size_t) length), "a midpoint goes to even");
	strcpy(text, midpoint);
	memset(text + length, '0', 1000);
	strcpy(text + length + 1000, "1");
	tap_ok(same_double(text, strlen(text)), "a midpoint and a little more");

	/* moving the point by an exponent changes nothing, however far */
	memset(text, '0', sizeof(text));
	text[1] = '.';
	strcpy(text + 100000, "25e99999");
	tap_ok(pendo_json_number_double(text, strlen(text), &value) == OK &&
			   value == 2.5,
		   "a hundred thousand zeros and an exponent");
	memset(text, '0', sizeof(text));
	text[0] = '7';
	strcpy(text + 200000, "e-199999");
	tap_ok(same_double(text, strlen(text)), "two hundred thousand digits");
}

/* Texts of every shape against strtod(). */
static void
test_random_doubles(void)
{
	unsigned state = 1;
	int wrong = 0;

	for (int i = 0; i < 200000; i++)
	{
		char text[80];
		int digits;
		int length = 0;

		state = state * 1103515245 + 12345;
		digits = 1 + (int) (state >> 16) % 25;
		if (state & 0x100)
			text[length++] = '-';
		for (int j = 0; j < digits; j++)
		{
			state = state * 1103515245 + 12345;
			text[length++] = (char) ('0' + (state >> 16) % 10);
			if (j == digits / 3 && j < digits - 1)
				text[length++] = '.';
		}
		state = state * 1103515245 + 12345;
		length += snprintf(text + length, sizeof(text) - (size_t) length, "e%d",
						   (int) (state >> 16) % 680 - 350);
		wrong += isinf(strtod(text, NULL))
					 ? 0
					 : !same_double(text, (size_t) length);
	}
	tap_ok(wrong == 0, "200,000 random doubles");
}

static void
test_validity(void)
{
	static const char *const good[] = {"0",	  "-0",	  "007",	 "12.50",
									   "1e3", "1E-3", "-1.5e+10"};
	static const char *const bad[] = {"",	 "-",	 "+1",	"1.",  "1.e3",
									  ".5",	 "1e",	 "1e+", " 1",  "1 ",
									  "1,5", "0x10", "NaN", "1-2", "12abc"};

	for (size_t i = 0; i < LENGTH(good); i++)
		tap_ok(pendo_json_number_is_valid(good[i], strlen(good[i])),
			   "a number: \"%s\"", good[i]);
	for (size_t i = 0; i < LENGTH(bad); i++)
		tap_ok(!pendo_json_number_is_valid(bad[i], strlen(bad[i])),
			   "no number: \"%s\"", bad[i]);
}

int
main(void)
{
	test_validity();
	test_integers();
	test_doubles();
	test_long_doubles();
	test_random_doubles();
	return tap_done();
}
