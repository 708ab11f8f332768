/*-------------------------------------------------------------------------
 *
 * test/unit/json_reader_test.c
 *	  Rows and syntax errors of the JSON reader.
 *
 * sources: src/json/reader.c src/json/row.c src/json/paths.c src/json/scan.c src/json/text.c
 *
 *-------------------------------------------------------------------------
 */
#include "json_reading.h"

/* Two values a row: a and m.x. */
typedef struct Case
{
	const char *name;
	const char *rows_member;
	const char *document;
	size_t length; /* 0: up to the NUL */
	const char *expected;
} Case;

static const Case cases[] = {
	{"an empty list", BARE, "[]", 0, ""},
	{"an empty wrapped list", WRAPPED, "{\"r\":[]}", 0, ""},
	{"null in the rows' place", WRAPPED, "{\"r\":null}", 0, ""},
	{"null as the document", BARE, " null ", 0, ""},
	{"white space everywhere", WRAPPED,
	 " \t\r\n{ \"q\" : 1 , \"r\" : [ { \"a\" : 2 , \"m\" : { \"x\" : 3 } } , "
	 "{ } ] , \"s\" : [ ] } \n",
	 0, "[#2 #3][- -]"},
	{"members on both sides", WRAPPED,
	 "{\"x\":[1,{\"a\":[{}]}],\"y\":\"]}\",\"r\":[{\"a\":1}],\"z\":-0.5e+1}", 0,
	 "[#1 -]"},
	{"every kind", BARE,
	 "[{\"a\":1},{\"a\":\"s\"},{\"a\":true},{\"a\":false},{\"a\":null},"
	 "{\"a\":{\"b\":[1, 2]}},{\"a\":[ {} ]},{}]",
	 0, "[#1 -]['s -][t -][f -][n -][{\"b\":[1, 2]} -][[ {} ] -][- -]"},
	{"numbers", BARE,
	 "[{\"a\":0},{\"a\":-0},{\"a\":-0.0e-0},{\"a\":12.50E+10},"
	 "{\"a\":123456789012345678901234567890}]",
	 0,
	 "[#0 -][#-0 -][#-0.0e-0 -][#12.50E+10 -]"
	 "[#123456789012345678901234567890 -]"},
	{"nested path through other kinds", BARE,
	 "[{\"m\":{\"x\":1}},{\"m\":null},{\"m\":[{\"x\":1}]},{\"m\":\"x\"},"
	 "{\"m\":{\"m\":{\"x\":1}}}]",
	 0, "[- #1][- -][- -][- -][- -]"},
	{"escapes are kept and marked", BARE,
	 "[{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"},{\"a\":\"\xC3\xA9\"},"
	 "{\"a\":{\"k\\n\":\"\xC3\xA9\"}}]",
	 0,
	 "['\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9! -]['\xC3\xA9^ -]"
	 "[{\"k\\n\":\"\xC3\xA9\"}^ -]"},
	{"names with escapes", WRAPPED,
	 "{\"\\u0072\":[{\"\\u0061\":1,\"m\":{\"\\u0078\":2}}]}", 0, "[#1 #2]"},
	{"names that are not quite it", BARE,
	 "[{\"A\":1,\"aa\":2,\"\":3,\"a\\u0000\":4,\"\\ud800\":5,\"b\":6}]", 0,
	 "[- -]"},
	{"the last duplicate counts", BARE,
	 "[{\"a\":1,\"a\":2},{\"a\":1,\"\\u0061\":null}]", 0, "[#2 -][n -]"},
	{"the last duplicate counts whole", BARE,
	 "[{\"m\":{\"x\":1},\"m\":{\"y\":2}},{\"m\":{\"x\":1},\"m\":7},"
	 "{\"m\":{\"x\":1},\"m\":{\"x\":2}},{\"m\":7,\"m\":{\"x\":1}}]",
	 0, "[- -][- -][- #2][- #1]"},
	{"rows whose members change order", BARE,
	 "[{\"a\":1,\"b\":0,\"m\":{\"x\":2}},{\"b\":0,\"a\":3,\"m\":{\"x\":4}},"
	 "{\"m\":{\"y\":0,\"x\":5},\"a\":6},{\"a\":7},{\"b\":0,\"a\":8}]",
	 0, "[#1 #2][#3 #4][#6 #5][#7 -][#8 -]"},
	{"rows whose white space changes", BARE,
	 "[{\"a\":1,\"b\":2},{\"a\": 1,\"b\":  2},{\"a\":   1,  \"b\":2},"
	 "{ \"a\" :1, \"b\":2}]",
	 0, "[#1 -][#1 -][#1 -][#1 -]"},
	{"names longer than what is remembered", BARE,
	 "[{\"a_name_so_long_that_it_is_not_remembered_between_rows_1234567890\":1,"
	 "\"a\":2},"
	 "{\"a_name_so_long_that_it_is_not_remembered_between_rows_1234567890\":1,"
	 "\"a\":3}]",
	 0, "[#2 -][#3 -]"},
	{"a name in one row that is a value's text in the next", BARE,
	 "[{\"b\":\"c\",\"a\":1},{\"b\":\"c\\\",\\\"a\\\":1\",\"q\":2}]", 0,
	 "[#1 -][- -]"},
	{"a byte order mark", BARE, "\xEF\xBB\xBF[{\"a\":1}]", 0, "[#1 -]"},
	{"bytes that are not UTF-8 where nobody looks", BARE,
	 "[{\"\xFF\":\"\xC0\x80\",\"a\":1}]", 0, "[#1 -]"},

	{"nothing", BARE, "", 0, "ended early at 0"},
	{"only white space", WRAPPED, "  ", 0, "ended early at 2"},
	{"half a byte order mark", BARE, "\xEF\xBB", 0, "not valid JSON at 0"},
	{"two byte order marks", BARE, "\xEF\xBB\xBF\xEF\xBB\xBF[]", 0,
	 "not valid JSON at 3"},
	{"HTML", WRAPPED, "<html>", 0, "not valid JSON at 0"},
	{"an object for an array", BARE, "{}", 0, "not a list of rows at 0"},
	{"an array for an object", WRAPPED, "[]", 0, "not a list of rows at 0"},
	{"null for an object", WRAPPED, "null", 0, "not a list of rows at 0"},
	{"an object in the rows' place", WRAPPED, "{\"r\":{}}", 0,
	 "not a list of rows at 5"},
	{"no rows' member", WRAPPED, "{\"a\":{\"r\":[]}}", 0,
	 "list of rows is missing at 14"},
	{"no member at all", WRAPPED, "{}", 0, "list of rows is missing at 2"},
	{"the rows' member twice", WRAPPED, "{\"r\":[{\"a\":1}],\"r\":[]}", 0,
	 "[#1 -]not a list of rows at 15"},
	{"the rows' member twice, once escaped", WRAPPED,
	 "{\"r\":null,\"\\u0072\":[]}", 0, "not a list of rows at 10"},
	{"a number for a row", BARE, "[{\"a\":1},2]", 0,
	 "[#1 -]not a list of rows at 9"},
	{"null for a row", BARE, "[null]", 0, "not a list of rows at 1"},
	{"an array for a row", BARE, "[[]]", 0, "not a list of rows at 1"},
	{"text after the end", BARE, "[] []", 0, "not valid JSON at 3"},
	{"text after the wrapper", WRAPPED, "{\"r\":[]}x", 0,
	 "not valid JSON at 8"},
	{"a comma after the last row", BARE, "[{},]", 0,
	 "[- -]not valid JSON at 4"},
	{"a comma before the first row", BARE, "[,{}]", 0, "not valid JSON at 1"},
	{"no comma between rows", BARE, "[{}{}]", 0, "[- -]not valid JSON at 3"},
	{"the wrong bracket", BARE, "[{}}", 0, "[- -]not valid JSON at 3"},
	{"a comma after the last member", BARE, "[{\"a\":1,}]", 0,
	 "not valid JSON at 8"},
	{"a comma before the first member", BARE, "[{,\"a\":1}]", 0,
	 "not valid JSON at 2"},
	{"no comma between members", BARE, "[{\"a\":1 \"b\":2}]", 0,
	 "not valid JSON at 8"},
	{"a comma after the wrapper's last member", WRAPPED, "{\"r\":[],}", 0,
	 "not valid JSON at 8"},
	{"no colon", BARE, "[{\"a\" 1}]", 0, "not valid JSON at 6"},
	{"a name without quotes", BARE, "[{a:1}]", 0, "not valid JSON at 2"},
	{"no value", BARE, "[{\"a\":}]", 0, "not valid JSON at 6"},
	{"single quotes", BARE, "[{\"a\":'1'}]", 0, "not valid JSON at 6"},
	{"a comment", BARE, "[/**/]", 0, "not valid JSON at 1"},
	{"a wrong literal", BARE, "[{\"a\":nuli}]", 0, "not valid JSON at 9"},
	{"a literal that goes on", BARE, "[{\"a\":truey}]", 0,
	 "not valid JSON at 10"},
	{"a leading zero", BARE, "[{\"a\":01}]", 0, "not valid JSON at 7"},
	{"a leading plus", BARE, "[{\"a\":+1}]", 0, "not valid JSON at 6"},
	{"a minus alone", BARE, "[{\"a\":-}]", 0, "not valid JSON at 7"},
	{"a point without digits", BARE, "[{\"a\":1.}]", 0, "not valid JSON at 8"},
	{"digits missing before the point", BARE, "[{\"a\":.5}]", 0,
	 "not valid JSON at 6"},
	{"an exponent without digits", BARE, "[{\"a\":1e+}]", 0,
	 "not valid JSON at 9"},
	{"a hexadecimal number", BARE, "[{\"a\":0x10}]", 0, "not valid JSON at 7"},
	{"NaN", BARE, "[{\"a\":NaN}]", 0, "not valid JSON at 6"},
	{"a control character", BARE, "[{\"a\":\"b\nc\"}]", 0,
	 "not valid JSON at 8"},
	{"a control character where nobody looks", BARE,
	 "[{\"z\":[\"0123456789abcdef\x1F\"]}]", 0, "not valid JSON at 24"},
	{"a control character in a name", BARE, "[{\"\t\":1}]", 0,
	 "not valid JSON at 3"},
	{"a delete character is none", BARE, "[{\"a\":\"\x7F\"}]", 0, "['\x7F -]"},
	{"a wrong escape", BARE, "[{\"z\":\"\\x\"}]", 0, "not valid JSON at 8"},
	{"a wrong \\u escape", BARE, "[{\"z\":\"\\u12g4\"}]", 0,
	 "not valid JSON at 11"},
	{"NUL in a string", BARE, "[{\"a\":\"b\0c\"}]", 13, "not valid JSON at 8"},
	{"NUL between tokens", BARE, "[{\"a\":\0 1}]", 11, "not valid JSON at 6"},
	{"NUL at the start", BARE, "\0[]", 3, "not valid JSON at 0"},
	{"NUL between rows", BARE, "[{},\0{}]", 8, "[- -]not valid JSON at 4"},
	{"NUL at the end", BARE, "[{}]\0", 5, "[- -]not valid JSON at 4"},
	{"NUL in a literal", BARE, "[{\"a\":nu\0l}]", 12, "not valid JSON at 8"},
	{"a broken member after the rows", WRAPPED, "{\"r\":[{}],\"z\":[}", 0,
	 "[- -]not valid JSON at 15"},
	{"a broken member before the rows", WRAPPED, "{\"z\":{\"a\":tru},", 0,
	 "not valid JSON at 13"},
};

static void
test_cases(void)
{
	for (size_t i = 0; i < LENGTH(cases); i++)
	{
		const Case *c = &cases[i];
		size_t length = c->length ? c->length : strlen(c->document);
		PendoJsonSpec spec = {.rows_member = c->rows_member,
							  .paths = paths,
							  .path_count = 2};

		tap_ok(reads_as(&spec, c->document, length, c->expected), "%s",
			   c->name);
	}
}

/* A good document, ended at every byte, is cut everywhere but at its end. */
static void
test_truncation(void)
{
	static const char document[] =
		"{\"q\":[1,{\"a\":null}],\"r\":[{\"a\":\"\\u00e9\\n\",\"b\":-1.5e-3},"
		"{\"m\":{\"x\":[true,false]}}],\"s\":{}}";
	size_t first_row = (size_t) (strstr(document, "},{\"m\"") - document);
	size_t second_row = (size_t) (strstr(document, "}],\"s\"") - document);
	PendoJsonSpec spec = {.rows_member = "r", .paths = paths, .path_count = 0};
	size_t failures = 0;

	for (size_t length = 0; length < sizeof(document) - 1; length++)
	{
		char expected[100];
		size_t rows = (length > first_row) + (length > second_row);
		Source source = {.text = document, .length = length, .most = 7};
		char *result = read_all(&spec, &source);

		snprintf(expected, sizeof(expected), "%s%s at %zu",
				 rows > 0 ? "[]" : "",
				 rows > 1 ? "[]ended early" : "ended early", length);
		if (strcmp(result, expected) != 0)
		{
			failures++;
			printf("# %zu bytes: %s, not %s\n", length, result, expected);
		}
		free(result);
	}
	tap_ok(failures == 0, "a document ended at any byte has ended early");
}

static void
test_paths(void)
{
	static const char document[] =
		"[{\"m\":{\"x\":\"\\u0041\",\"y\":\"\xC3\xA9\"},\"a\":1}, {\"a\" : {}}]";
	static const char names[] =
		"[{\"m\":{\"\xC3\xA9\":1}},{\"m\":{\"\xC3\xA9\":2}},{\"m\":{}},"
		"{\"\\u0000\":3},{\"\":4}]";
	static const char *const path_empty[] = {"", NULL};
	static const char *const *const by_name[] = {path_row, path_m, path_empty,
												 path_m_x};
	static const char *const path_deep[] = {"m", "x", "y", NULL};
	static const char *const *const many[] = {path_m_x, path_row, path_m,
											  path_m_x, path_a,	  path_deep,
											  path_row};
	PendoJsonSpec spec = {.paths = many, .path_count = 7};
	static const char *long_path[PENDO_JSON_MAX_DEPTH + 2];
	const char *const *const long_paths[] = {long_path};

	tap_ok(reads_as(&spec, document, sizeof(document) - 1,
					"['\\u0041! "
					"{\"m\":{\"x\":\"\\u0041\",\"y\":\"\xC3\xA9\"},\"a\":1}^ "
					"{\"x\":\"\\u0041\",\"y\":\"\xC3\xA9\"}^ '\\u0041! #1 - "
					"{\"m\":{\"x\":\"\\u0041\",\"y\":\"\xC3\xA9\"},\"a\":1}^]"
					"[- {\"a\" : {}} - - {} - {\"a\" : {}}]"),
		   "equal paths, prefixes and the whole row");

	spec.paths = by_name;
	spec.path_count = 4;
	tap_ok(reads_as(&spec, names, sizeof(names) - 1,
					"[{\"m\":{\"\xC3\xA9\":1}}^ {\"\xC3\xA9\":1}^ - -]"
					"[{\"m\":{\"\xC3\xA9\":2}}^ {\"\xC3\xA9\":2}^ - -]"
					"[{\"m\":{}} {} - -][{\"\\u0000\":3} - - -]"
					"[{\"\":4} - #4 -]"),
		   "high bytes in names, the empty name, and what is no name");

	spec.path_count = 0;
	spec.paths = NULL;
	tap_ok(reads_as(&spec, document, sizeof(document) - 1, "[][]"),
		   "no paths: rows are still counted");

	for (size_t i = 0; i <= PENDO_JSON_MAX_DEPTH; i++)
		long_path[i] = "a";
	spec.paths = long_paths;
	spec.path_count = 1;
	tap_ok(reads_as(&spec, "[{\"a\":{\"a\":1}}]", 15, "[-]"),
		   "a path deeper than any document is absent");

	spec.path_count = PENDO_JSON_MAX_PATHS + 1;
	tap_ok(pendo_json_reader_create(&spec) == NULL, "too many paths");
	pendo_json_reader_free(NULL);
	tap_ok(true, "freeing nothing");
}

/* As many columns as there can be, in one order and in the other. */
static void
test_many_paths(void)
{
	static char names[PENDO_JSON_MAX_PATHS][16];
	static const char *list[PENDO_JSON_MAX_PATHS][2];
	static const char *const *many[PENDO_JSON_MAX_PATHS];
	static const int count = PENDO_JSON_MAX_PATHS;
	PendoJsonSpec spec = {.paths = many, .path_count = count};
	Source source = {.most = 1000};
	Note document = {0};
	Note expected = {0};
	char *result;

	for (int i = 0; i < count; i++)
	{
		snprintf(names[i], sizeof(names[i]), "c%d", i);
		list[i][0] = names[i];
		many[i] = list[i];
	}
	note(&document, "[", 1);
	for (int row = 0; row < 4; row++)
	{
		note(&document, row ? ",{" : "{", row ? 2 : 1);
		note(&expected, "[", 1);
		for (int i = 0; i < count; i++)
		{
			int column = row < 2 ? i : count - 1 - i;
			char text[40];

			note(&document, text,
				 (size_t) snprintf(text, sizeof(text), "%s\"c%d\":%d",
								   i ? "," : "", column, column));
			note(&expected, text,
				 (size_t) snprintf(text, sizeof(text), "%s#%d", i ? " " : "",
								   i));
		}
		note(&document, "}", 1);
		note(&expected, "]", 1);
	}
	note(&document, "]", 1);
	source.text = document.text;
	source.length = document.length;
	result = read_all(&spec, &source);
	tap_ok(strcmp(result, expected.text) == 0, "%d paths", count);
	free(result);
	free(document.text);
	free(expected.text);
}

/* A complete row is handed over before more bytes are asked for. */
static void
test_no_delay(void)
{
	static const char document[] = "[{\"a\":1},{\"a\":2}]";
	Source source = {.text = document,
					 .length = sizeof(document) - 1,
					 .most = 1};
	PendoJsonSpec spec = {.paths = paths,
						  .path_count = 1,
						  .fill = fill,
						  .fill_arg = &source};
	PendoJsonReader *reader = pendo_json_reader_create(&spec);
	PendoJsonValue value;

	tap_ok(pendo_json_reader_next(reader, &value) && source.at == 8,
		   "a row comes with its last byte");
	tap_ok(pendo_json_reader_offset(reader) == 8, "the offset is behind it");
	pendo_json_reader_free(reader);
}

/* A quote, escape or high byte at each place of strings of each length. */
static void
test_blocks(void)
{
	int wrong = 0;

	for (size_t length = 0; length < 50; length++)
	{
		for (size_t at = 0; at <= length; at++)
		{
			char text[80];
			char expected[80];
			size_t bytes;
			Source source = {.text = text, .most = 1000};
			PendoJsonSpec spec = {.paths = paths, .path_count = 1};
			char *result;

			/* the high byte just behind the string belongs to the next */
			memset(expected, 0, sizeof(expected));
			memset(expected, 'x', length);
			if (at < length)
				expected[at] = '\xFF';
			bytes = (size_t) snprintf(text, sizeof(text),
									  "[{\"a\":\"%s\",\"b\":\"\xFF\"}]",
									  expected);
			source.length = bytes;
			result = read_all(&spec, &source);
			wrong += strncmp(result + 2, expected, length) != 0 ||
					 strcmp(result + 2 + length, at < length ? "^]" : "]") != 0;
			free(result);
		}
	}
	tap_ok(wrong == 0, "high bytes at any place of a block");
}

int
main(void)
{
	test_cases();
	test_truncation();
	test_paths();
	test_many_paths();
	test_no_delay();
	test_blocks();
	return tap_done();
}
