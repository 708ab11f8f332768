/*-------------------------------------------------------------------------
 *
 * test/unit/json_limits_test.c
 *	  Limits of the JSON reader, and documents that aim at them.
 *
 * sources: src/json/reader.c src/json/row.c src/json/paths.c src/json/scan.c src/json/text.c
 *
 *-------------------------------------------------------------------------
 */
#include <unistd.h>

#include "json_reading.h"

typedef struct LimitCase
{
	const char *name;
	const char *rows_member;
	PendoJsonLimits limits;
	const char *document;
	const char *expected;
} LimitCase;

static const LimitCase limit_cases[] = {
	{"depth just reached",
	 WRAPPED,
	 {.depth = 5},
	 "{\"r\":[{\"a\":[[]],\"m\":{\"x\":{}}}]}",
	 "[[[]] {}]"},
	{"depth passed by an array",
	 WRAPPED,
	 {.depth = 5},
	 "{\"r\":[{\"a\":[[[]]]}]}",
	 "nested too deeply at 13"},
	{"depth passed by an object",
	 WRAPPED,
	 {.depth = 5},
	 "{\"r\":[{\"m\":{\"x\":{\"a\":{}}}}]}",
	 "nested too deeply at 21"},
	{"depth passed on a wanted path",
	 WRAPPED,
	 {.depth = 3},
	 "{\"r\":[{\"m\":{\"x\":1}}]}",
	 "nested too deeply at 11"},
	{"depth passed by a row",
	 WRAPPED,
	 {.depth = 2},
	 "{\"r\":[{}]}",
	 "nested too deeply at 6"},
	{"depth passed by the rows",
	 WRAPPED,
	 {.depth = 1},
	 "{\"r\":[]}",
	 "nested too deeply at 5"},
	{"depth passed beside the rows",
	 WRAPPED,
	 {.depth = 2},
	 "{\"z\":[[]],\"r\":[]}",
	 "nested too deeply at 6"},
	{"depth after the rows", WRAPPED, {.depth = 2}, "{\"r\":[],\"z\":[]}", ""},
	{"depth counts what is open only",
	 BARE,
	 {.depth = 3},
	 "[{\"z\":{},\"y\":[],\"a\":{}},{\"a\":[]}]",
	 "[{} -][[] -]"},
	{"a row of just the limit",
	 BARE,
	 {.row_bytes = 10},
	 "[{\"a\":1234},  {}]",
	 "[#1234 -][- -]"},
	{"a row over the limit",
	 BARE,
	 {.row_bytes = 9},
	 "[{},{\"a\":1234}]",
	 "[- -]row too long at 13"},
	{"a row over the limit by white space",
	 BARE,
	 {.row_bytes = 9},
	 "[{\"a\":1   }]",
	 "row too long at 10"},
	{"a fault behind the limit is not seen",
	 BARE,
	 {.row_bytes = 8},
	 "[{\"a\":1234x}]",
	 "row too long at 9"},
	{"a fault in the first byte over the limit",
	 BARE,
	 {.row_bytes = 9},
	 "[{\"a\":1234x}]",
	 "row too long at 10"},
	{"a fault in the last byte of the limit",
	 BARE,
	 {.row_bytes = 10},
	 "[{\"a\":1234x}]",
	 "not valid JSON at 10"},
	{"white space between rows does not count",
	 BARE,
	 {.row_bytes = 2},
	 "[     {}     ,     {}     ]",
	 "[- -][- -]"},
	{"a member beside the rows of just the limit",
	 WRAPPED,
	 {.row_bytes = 6},
	 "{\"z\":123456,\"r\":[]}",
	 ""},
	{"a member beside the rows over the limit",
	 WRAPPED,
	 {.row_bytes = 5},
	 "{\"z\":123456,\"r\":[]}",
	 "row too long at 10"},
	{"a name beside the rows over the limit",
	 WRAPPED,
	 {.row_bytes = 5},
	 "{\"zzzzzz\":1,\"r\":[]}",
	 "row too long at 6"},
	{"a name of just the limit",
	 BARE,
	 {.key_bytes = 4},
	 "[{\"zzzz\":1,\"a\":2}]",
	 "[#2 -]"},
	{"a name over the limit",
	 BARE,
	 {.key_bytes = 4},
	 "[{\"zzzz\":1},{\"zzzzz\":2}]",
	 "[- -]member name too long at 18"},
	{"a name over the limit where nobody looks",
	 BARE,
	 {.key_bytes = 4},
	 "[{\"z\":[{\"zzzzz\":2}]}]",
	 "member name too long at 13"},
	{"a name over the limit beside the rows",
	 WRAPPED,
	 {.key_bytes = 4},
	 "{\"zzzzz\":2}",
	 "member name too long at 6"},
	{"names count as sent",
	 BARE,
	 {.key_bytes = 5},
	 "[{\"\\u0061\":1}]",
	 "member name too long at 8"},
	{"a fault behind the limit of a name",
	 BARE,
	 {.key_bytes = 4},
	 "[{\"zzzzz\n\":2}]",
	 "member name too long at 7"},
	{"limits beyond the maximum",
	 BARE,
	 {.depth = UINT32_MAX, .row_bytes = UINT32_MAX, .key_bytes = UINT32_MAX},
	 "[{\"a\":1}]",
	 "[#1 -]"},
};

static void
test_limits(void)
{
	for (size_t i = 0; i < LENGTH(limit_cases); i++)
	{
		const LimitCase *c = &limit_cases[i];
		PendoJsonSpec spec = {.rows_member = c->rows_member,
							  .paths = paths,
							  .path_count = 2,
							  .limits = c->limits};

		tap_ok(reads_as(&spec, c->document, strlen(c->document), c->expected),
			   "%s", c->name);
	}
}

/* A million brackets, in every place where they could be. */
static void
test_hostile_nesting(void)
{
	static const struct
	{
		const char *start;
		const char *each;
		const char *rows_member;
		const char *expected[2]; /* by the standard limit and the maximum */
	} places[] = {
		{"", "[", BARE, {"not a list of rows at 1", "not a list of rows at 1"}},
		{"[{\"a\":",
		 "[",
		 BARE,
		 {"nested too deeply at 68", "nested too deeply at 1028"}},
		{"[{\"z\":",
		 "{\"a\":",
		 BARE,
		 {"nested too deeply at 316", "nested too deeply at 5116"}},
		{"[",
		 "{\"m\":",
		 BARE,
		 {"nested too deeply at 316", "nested too deeply at 5116"}},
		{"{\"z\":",
		 "[",
		 WRAPPED,
		 {"nested too deeply at 68", "nested too deeply at 1028"}},
	};

	for (size_t i = 0; i < LENGTH(places) * 2; i++)
	{
		bool maximum = i % 2;
		PendoJsonSpec spec = {.rows_member = places[i / 2].rows_member,
							  .paths = paths,
							  .path_count = 4,
							  .limits.depth = maximum ? UINT32_MAX : 0};
		Note document = {0};
		Source source = {.most = 100000};
		char *result;

		note(&document, places[i / 2].start, strlen(places[i / 2].start));
		for (int j = 0; j < 1000000; j++)
			note(&document, places[i / 2].each, strlen(places[i / 2].each));
		source.text = document.text;
		source.length = document.length;
		result = read_all(&spec, &source);
		if (!tap_ok(strcmp(result, places[i / 2].expected[maximum]) == 0,
					"a million of %s%s", places[i / 2].start,
					places[i / 2].each))
			printf("# %s\n", result);
		free(result);
		free(document.text);
	}
}

/*
 * One row of 20 MB among small ones, in portions so small that this would take
 * hours if the row were scanned again after each.
 */
static void
test_huge_row(void)
{
	static const size_t size = 20 * 1000 * 1000;
	PendoJsonSpec spec = {.paths = paths, .path_count = 1};
	PendoJsonValue value;
	PendoJsonReader *reader;
	Note document = {0};
	Source source = {.most = 64};
	char *text = malloc(size);

	alarm(120);
	memset(text, 'y', size);
	note(&document, "[{\"a\":1},{\"a\":\"", 15);
	note(&document, text, size);
	note(&document, "\"},{\"a\":2}]", 11);
	source.text = document.text;
	source.length = document.length;

	spec.fill = fill;
	spec.fill_arg = &source;
	reader = pendo_json_reader_create(&spec);
	tap_ok(pendo_json_reader_next(reader, &value) && source.fills == 1,
		   "the row before a huge one does not wait for it");
	tap_ok(pendo_json_reader_next(reader, &value) && value.length == size &&
			   memcmp(value.start, text, size) == 0,
		   "a row of 20 MB");
	tap_ok(pendo_json_reader_next(reader, &value) && *value.start == '2' &&
			   !pendo_json_reader_next(reader, &value) &&
			   pendo_json_reader_error(reader) == PENDO_JSON_OK,
		   "the row after it");
	pendo_json_reader_free(reader);

	spec.limits.row_bytes = 1000 * 1000;
	source.at = 0;
	reader = pendo_json_reader_create(&spec);
	tap_ok(pendo_json_reader_next(reader, &value) &&
			   !pendo_json_reader_next(reader, &value) &&
			   pendo_json_reader_error(reader) == PENDO_JSON_ROW_TOO_LONG &&
			   pendo_json_reader_offset(reader) == 9 + 1000 * 1000,
		   "a row of 20 MB over the limit");
	tap_ok(source.at < 2 * 1000 * 1000, "no more than needed is read of it");
	tap_ok(!source.no_room, "and never without room");
	pendo_json_reader_free(reader);
	alarm(0);
	free(document.text);
	free(text);
}

int
main(void)
{
	test_limits();
	test_hostile_nesting();
	test_huge_row();
	return tap_done();
}
