/*-------------------------------------------------------------------------
 *
 * test/unit/json_text_test.c
 *	  Escapes and UTF-8 in JSON strings.
 *
 * sources: src/json/text.c
 *
 *-------------------------------------------------------------------------
 */
#include "json/value.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct
{
	const char *name;
	const char *escaped;
	const char *text; /* NULL: refused */
} strings[] = {
	{"nothing", "", ""},
	{"plain text", "abc", "abc"},
	{"short escapes", "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
	{"hexadecimal digits of both cases", "\\u00e9\\u00E9\\uABCD\\uabcd",
	 "\xC3\xA9\xC3\xA9\xEA\xAF\x8D\xEA\xAF\x8D"},
	{"one, two and three bytes", "\\u0001\\u007f\\u0080\\u07ff\\u0800\\uffff",
	 "\x01\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF"},
	{"surrogate pairs", "\\ud800\\udc00x\\uDBFF\\uDFFF",
	 "\xF0\x90\x80\x80x\xF4\x8F\xBF\xBF"},
	{"a high surrogate at the end", "x\\ud83d", "x\xEF\xBF\xBD"},
	{"a high surrogate before text", "\\ud83dx", "\xEF\xBF\xBDx"},
	{"a high surrogate before another escape", "\\ud83d\\n\\ud83d\\u0041",
	 "\xEF\xBF\xBD\n\xEF\xBF\xBD"
	 "A"},
	{"a low surrogate", "\\ude00\\ude00", "\xEF\xBF\xBD\xEF\xBF\xBD"},
	{"two high surrogates, then a low one", "\\ud83d\\ud83d\\ude00",
	 "\xEF\xBF\xBD\xF0\x9F\x98\x80"},
	{"UTF-8 between escapes", "\\n\xE2\x82\xAC\\n\xF0\x9F\x98\x80",
	 "\n\xE2\x82\xAC\n\xF0\x9F\x98\x80"},
	{"\\u0000", "ab\\u0000c", NULL},
	{"an escape inside a sequence", "\xC3\\n\xA9", NULL},
	{"a sequence cut by the end", "\\n\xE2\x82", NULL},
	{"a continuation byte alone", "\\n\x80", NULL},
	{"an overlong slash", "\\n\xC0\xAF", NULL},
	{"an overlong sequence of three", "\xE0\x9F\xBF", NULL},
	{"an overlong sequence of four", "\xF0\x8F\xBF\xBF", NULL},
	{"a surrogate in UTF-8", "\xED\xA0\x80", NULL},
	{"above U+10FFFF", "\xF4\x90\x80\x80", NULL},
	{"a lead byte of five", "\xF8\x88\x80\x80\x80", NULL},
	{"the last before and the first after surrogates",
	 "\xED\x9F\xBF\xEE\x80\x80", "\xED\x9F\xBF\xEE\x80\x80"},
};

static void
test_unescape(void)
{
	for (size_t i = 0; i < LENGTH(strings); i++)
	{
		size_t length = strlen(strings[i].escaped);
		char *start = malloc(length + 1);
		char *into = malloc(length + 1);
		PendoJsonValue value = {.start = start,
								.length = (uint32_t) length,
								.kind = PENDO_JSON_STRING};
		const char *text = strings[i].text;
		int64_t got;

		memcpy(start, strings[i].escaped, length);
		got = pendo_json_unescape(&value, into);
		if (text == NULL)
			tap_ok(got == -1, "%s is refused", strings[i].name);
		else
			tap_ok(got == (int64_t) strlen(text) &&
					   memcmp(into, text, strlen(text)) == 0,
				   "unescape %s", strings[i].name);
		free(start);
		free(into);
	}
}

/* Each bad sequence at each place of a longer text: no fast path misses it. */
static void
test_utf8(void)
{
	static const char *const bad[] = {"\x80",
									  "\xC3",
									  "\xC0\xAF",
									  "\xED\xA0\x80",
									  "\xF4\x90\x80\x80",
									  "\xFF"};
	char text[40];
	int missed = 0;

	for (size_t i = 0; i < LENGTH(bad); i++)
	{
		for (size_t at = 0; at + strlen(bad[i]) <= sizeof(text); at++)
		{
			memset(text, 'x', sizeof(text));
			missed += !pendo_json_valid_utf8(text, sizeof(text));
			memcpy(text + at, bad[i], strlen(bad[i]));
			missed += pendo_json_valid_utf8(text, sizeof(text));
			missed += pendo_json_valid_utf8(text, at + strlen(bad[i]));
			missed += !pendo_json_valid_utf8(text, at);
		}
	}
	tap_ok(missed == 0, "UTF-8 faults at any place");
	tap_ok(pendo_json_valid_utf8("", 0), "no text is valid");
}

int
main(void)
{
	test_unescape();
	test_utf8();
	return tap_done();
}
