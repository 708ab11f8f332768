/*-------------------------------------------------------------------------
 *
 * test/unit/json_kept_test.c
 *	  The member beside the rows whose value the JSON reader keeps.
 *
 * sources: src/json/reader.c src/json/row.c src/json/paths.c src/json/scan.c src/json/text.c
 *
 *-------------------------------------------------------------------------
 */
#include "json_reading.h"

static const struct
{
	const char *name;
	const char *document;
	const char *expected;
} cases[] = {
	{"before the rows", "{\"next\":\"/p/2\",\"r\":[{\"a\":1}]}",
	 "[#1] kept \"/p/2\""},
	{"behind them",
	 "{\"r\":[{\"a\":1},{\"a\":2}],\"next\": {\"after\" : [\"7\"]} }",
	 "[#1][#2] kept {\"after\" : [\"7\"]}"},
	{"nowhere", "{\"r\":[{\"a\":1}],\"last\":true}", "[#1]"},
	{"null", "{\"r\":[],\"next\":null}", " kept null"},
	{"a number at the end", "{\"r\":[],\"next\":12}", " kept 12"},
	{"of two the last", "{\"next\":1,\"r\":[],\"next\":\"two\"}",
	 " kept \"two\""},
	{"an escaped name", "{\"r\":[],\"n\\u0065xt\":1}", " kept 1"},
	{"not within a row", "{\"r\":[{\"a\":1,\"next\":2}]}", "[#1]"},
	{"broken", "{\"r\":[],\"next\":{]}", "not valid JSON at 16"},
	{"cut", "{\"r\":[],\"next\":\"/p", "ended early at 18"},
};

int
main(void)
{
	PendoJsonSpec spec = {.rows_member = "r",
						  .kept_member = "next",
						  .paths = paths,
						  .path_count = 1};

	for (size_t i = 0; i < LENGTH(cases); i++)
		tap_ok(reads_as(&spec, cases[i].document, strlen(cases[i].document),
						cases[i].expected),
			   "kept member: %s", cases[i].name);
	return tap_done();
}
