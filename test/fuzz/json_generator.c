/*-------------------------------------------------------------------------
 *
 * test/fuzz/json_generator.c
 *	  JSON documents of rows from a fuzzer's bytes.
 *
 *-------------------------------------------------------------------------
 */
#include "json_generator.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DOCUMENT  3000
#define LENGTH(array) ((uint32_t) (sizeof(array) / sizeof((array)[0])))

const char generator_rows_name[] = "r";

typedef struct Writer
{
	const uint8_t *choices;
	size_t left;
	char text[MAX_DOCUMENT];
	size_t length;
} Writer;

/* Each name, and the ways in which documents spell it. */
static const struct
{
	const char *name;
	const char *spelled[3];
} names[] = {
	{"a", {"a", "a", "\\u0061"}},
	{"b", {"b", "b", "\\u0062"}},
	{"id", {"id", "id", "i\\u0064"}},
	{"m", {"m", "m", "\\u006D"}},
	{"", {"", "", ""}},
	{"\303\251", {"\303\251", "\\u00e9", "\\u00E9"}},
	{"q\"\\", {"q\\\"\\\\", "q\\u0022\\\\", "q\\\"\\u005c"}},
	{"\357\277\275", {"\357\277\275", "\\ud800", "\\udc00"}},
	{"\360\237\230\200", {"\360\237\230\200", "\\ud83d\\ude00", "\\ud83d"}},
	{"visitorMetadata",
	 {"visitorMetadata", "visitorMetadata", "visitor\\u004detadata"}},
	{"a_name_so_long_that_it_does_not_fit_into_the_glue_between_two_values_x",
	 {"a_name_so_long_that_it_does_not_fit_into_the_glue_between_two_values_x",
	  "a_name_so_long_that_it_does_not_fit_into_the_glue_between_two_values_x",
	  "a_name_so_long_that_it_does_not_fit_into_the_glue_between_two_values_\\u0078"}},
};

static const char *const numbers[] = {"0",
									  "-0",
									  "1",
									  "-1",
									  "7.5",
									  "1.0",
									  "1e3",
									  "10e-1",
									  "-0.0",
									  "1E+2",
									  "1718452800000",
									  "9223372036854775807",
									  "9223372036854775808",
									  "-9223372036854775808",
									  "-9223372036854775809",
									  "9007199254740993",
									  "0.1",
									  "1e400",
									  "1e-400",
									  "4.9e-324",
									  "2.4703282292062327e-324",
									  "123456789012345678901234567890e-20",
									  "0.000000000000000000001e21",
									  "1.7976931348623157e308",
									  "1.7976931348623159e308",
									  "5e-1",
									  "100e-2",
									  "1e99999999999999999999",
									  "0e99999999999999999999",
									  "92233720368547758.07e2"};

static const char *const pieces[] =
	{"x",
	 "text",
	 "\\n",
	 "\\\"",
	 "\\\\",
	 "\\/",
	 "\\u0041",
	 "\\u0000",
	 "\\ud83d",
	 "\\ude00",
	 "\\ud83d\\ude00",
	 "\303\251",
	 "\342\202\254",
	 "\360\237\230\200",
	 "\355\240\200",
	 "\300\200",
	 "\377",
	 "\\b\\f\\r\\t",
	 "a longer piece of text that fills more than one block",
	 "{\"a\":[",
	 "}]",
	 ",",
	 "\177"};

static const char *const blanks[] = {"",  "",  "",	 "",	   "",
									 " ", " ", "\n", "\r\n\t", "    "};

/* What spoils a document. */
static const char *const faults[] = {"\001", ",",		"}",  "]",	 "{",
									 "[",	 "\"",		"\\", "nul", "tru",
									 "01",	 "-",		"1.", "\n",	 ":",
									 "\377", "\\u12G4", "1e", "+1",	 "'",
									 "/*",	 ",,"};

static uint32_t
choose(Writer *w, uint32_t count)
{
	if (w->left == 0)
		return 0;
	w->left--;
	return *w->choices++ % count;
}

static void
put_bytes(Writer *w, const char *text, size_t length)
{
	if (length > MAX_DOCUMENT - w->length)
		length = MAX_DOCUMENT - w->length;
	memcpy(w->text + w->length, text, length);
	w->length += length;
}

static void
put(Writer *w, const char *text)
{
	put_bytes(w, text, strlen(text));
}

static void
put_blank(Writer *w)
{
	put(w, blanks[choose(w, LENGTH(blanks))]);
}

static void
put_string(Writer *w)
{
	uint32_t count = choose(w, 5);

	put(w, "\"");
	for (uint32_t i = 0; i < count; i++)
	{
		uint32_t which = choose(w, LENGTH(pieces) + 2);

		if (which < LENGTH(pieces))
			put(w, pieces[which]);
		else
		{
			for (uint32_t j = choose(w, 200); j > 0; j--)
				put(w, "y");
		}
	}
	put(w, "\"");
}

static void
put_name(Writer *w)
{
	uint32_t which = choose(w, LENGTH(names));

	put(w, "\"");
	put(w, names[which].spelled[choose(w, 3)]);
	put(w, "\"");
}

static void put_container(Writer *w, int depth, bool is_object);

static void
put_value(Writer *w, int depth)
{
	uint32_t kind = choose(w, 24);

	if (kind < 7)
		put_string(w);
	else if (kind < 12)
		put(w, numbers[choose(w, LENGTH(numbers))]);
	else if (kind < 17 && depth < 12)
		put_container(w, depth, true);
	else if (kind < 19 && depth < 12)
		put_container(w, depth, false);
	else if (kind == 19)
		put(w, "true");
	else if (kind == 20)
		put(w, "false");
	else if (kind == 21 && choose(w, 6) == 0)
		put(w, faults[choose(w, LENGTH(faults))]);
	else
		put(w, "null");
}

static void
put_container(Writer *w, int depth, bool is_object)
{
	uint32_t count = choose(w, 6);

	put(w, is_object ? "{" : "[");
	put_blank(w);
	for (uint32_t i = 0; i < count; i++)
	{
		if (i > 0)
		{
			put(w, ",");
			put_blank(w);
		}
		if (is_object)
		{
			put_name(w);
			put_blank(w);
			put(w, ":");
			put_blank(w);
		}
		put_value(w, depth + 1);
		put_blank(w);
	}
	put(w, is_object ? "}" : "]");
}

/* Rows, many of them with the choices of the one before, as real ones are. */
static void
put_rows(Writer *w)
{
	uint32_t count = choose(w, 12);
	const uint8_t *last_choices = w->choices;
	size_t last_left = w->left;

	put(w, "[");
	for (uint32_t i = 0; i < count; i++)
	{
		if (i > 0)
			put(w, ",");
		put_blank(w);
		if (i > 0 && choose(w, 2))
		{
			w->choices = last_choices;
			w->left = last_left;
		}
		last_choices = w->choices;
		last_left = w->left;
		put_container(w, 0, true);
	}
	put(w, "]");
}

static void
put_others(Writer *w)
{
	for (uint32_t i = choose(w, 3); i > 0; i--)
	{
		put_name(w);
		put(w, ":");
		put_blank(w);
		put_value(w, 0);
		put_blank(w);
		put(w, ",");
	}
}

const char *
generator_name(uint32_t which)
{
	return names[which % LENGTH(names)].name;
}

char *
generator_document(const uint8_t *choices, size_t count, bool wrapped,
				   size_t *length)
{
	Writer w;
	uint32_t place;
	char *document;

	w.choices = choices;
	w.left = count;
	w.length = 0;
	place = choose(&w, 16);

	if (place == 1)
		put(&w, "\357\273\277");
	put_blank(&w);
	if (wrapped)
	{
		put(&w, "{");
		put_others(&w);
		put(&w, choose(&w, 8) ? "\"r\":" : "\"\\u0072\" : ");
	}
	if (place == 2)
		put(&w, "null");
	else if (place == 3)
		put_value(&w, 0);
	else
		put_rows(&w);
	if (wrapped)
	{
		if (choose(&w, 2))
		{
			put(&w, ",");
			put_others(&w);
			put_name(&w);
			put(&w, ":1");
		}
		if (place == 4)
			put(&w, ",\"r\":[]");
		put(&w, "}");
	}
	put_blank(&w);
	if (place == 5)
		put(&w, faults[choose(&w, LENGTH(faults))]);
	if (place == 6 && w.length > 0)
		w.length -= choose(&w, 8) % w.length;

	document = malloc(w.length + 1);
	memcpy(document, w.text, w.length);
	*length = w.length;
	return document;
}
