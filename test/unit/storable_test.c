/*-------------------------------------------------------------------------
 *
 * test/unit/storable_test.c
 *	  What of JSON is fit for jsonb.
 *
 * sources: src/json/storable.c
 *
 *-------------------------------------------------------------------------
 */
#include "json/storable.h"

#include <string.h>

#include "tap.h"

static void
check(const char *json, const char *wanted)
{
	char copy[256];
	bool storable;

	strcpy(copy, json);
	storable = pendo_json_make_storable(copy);
	tap_ok(storable == (wanted != NULL) &&
			   (wanted == NULL || strcmp(copy, wanted) == 0),
		   "%s", json);
}

int
main(void)
{
	check("{\"a\":[1,-2.5e3,\"x\",null]}", "{\"a\":[1,-2.5e3,\"x\",null]}");
	check("\"\\u0000\"", NULL);
	check("\"\\\\u0000\"", "\"\\\\u0000\"");
	check("\"\\\\\\u0000\"", NULL);
	check("\"\\ud83d\\ude00\"", "\"\\ud83d\\ude00\"");
	check("\"\\ud83d\"", "\"\\ufffd\"");
	check("\"\\ud83dx\"", "\"\\ufffdx\"");
	check("\"\\ud83d\\ud83d\\ude00\"", "\"\\ufffd\\ud83d\\ude00\"");
	check("\"\\ude00\\ud83d\"", "\"\\ufffd\\ufffd\"");
	check("{\"\\ud83d\":1}", "{\"\\ufffd\":1}");
	check("1e400000", NULL);
	check("[1E-400000]", NULL);
	check("[1e99999999999999999999]", NULL);
	check("1e308", "1e308");
	check("\"1e400000\"", "\"1e400000\"");
	check("true", "true");
	check("", "");
	return tap_done();
}
