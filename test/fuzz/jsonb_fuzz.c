/*-------------------------------------------------------------------------
 *
 * test/fuzz/jsonb_fuzz.c
 *	  What becomes jsonb against the oracle, over arbitrary documents.
 *
 * sources: test/fuzz/server_stub.c test/fuzz/json_oracle.c test/fuzz/json_generator.c src/connector/jsonb.c src/json/scan.c src/json/text.c src/json/number.c
 * includes: server
 *
 * The first bytes of an input choose the database's encoding, the room behind
 * the text and what stands around the document; the rest is the document, or
 * the choices of the generator.  What is pushed must be what the oracle found,
 * piece by piece, and what is refused must be wrong in the oracle's eyes too or
 * over one of the limits, which are worked out here a second time.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <unistd.h>

#include "mb/pg_wchar.h"

#include "connector/jsonb.h"
#include "json/scan.h"
#include "json_generator.h"
#include "json_oracle.h"
#include "server_stub.h"

#define HEAD_BYTES 4

/* As in connector/jsonb.c. */
#define MAX_EXPONENT	 10000
#define MAX_NUMBER_BYTES 6000

typedef struct Comparison
{
	const Oracle *oracle;
	const StubEvent *next;
	const StubEvent *end;
	bool is_utf8; /* the database's encoding */
} Comparison;

/*
 * What is put around a document many times over, for nesting and for numbers of
 * a size that a fuzzer seldom gets to.
 */
static const struct
{
	const char *before;
	const char *behind;
} shells[] = {{"[", "]"}, {"{\"a\":", "}"}, {"[0,", ",{}]"},   {"1", ""},
			  {"", "0"},  {"-0.", ""},		{"{\"a\":[", "]}"}};

/* How often; most documents have none around them. */
static const int shell_counts[] = {1,	 2,	   511,	 512,  1020, 1022, 1023,
								   1024, 1025, 2996, 5990, 5998, 5999, 6000};

static const Oracle *current; /* for the report */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) \
	do \
	{ \
		if (!(condition)) \
			report(__LINE__, #condition); \
	} while (0)

/* printf() and its like are the server's own, where its headers are. */
static void
report(int line, const char *condition)
{
	dprintf(STDERR_FILENO, "line %d: %s\n%zu bytes: %.*s\noracle: %d at %zu\n",
			line, condition, current->length, (int) current->length,
			current->text, (int) current->error, current->offset);
	abort();
}

/* A string's content; NULL if the database cannot hold it. */
static char *
unescape(const Oracle *o, const OracleTree *string, size_t *length)
{
	char *content = malloc(string->length + 3);
	int64_t bytes = oracle_unescape(o->text + string->start, string->length,
									content);

	if (bytes < 0)
	{
		free(content);
		return NULL;
	}
	*length = (size_t) bytes;
	return content;
}

static bool
is_text(const Oracle *o, const OracleTree *string)
{
	size_t length;
	char *content = unescape(o, string, &length);

	free(content);
	return content != NULL;
}

/* Are its digits and its exponent within the limits? */
static bool
is_sane_number(const char *number, size_t length)
{
	size_t i = 0;
	long exponent = 0;

	if (length > MAX_NUMBER_BYTES)
		return false;
	while (i < length && number[i] != 'e' && number[i] != 'E')
		i++;
	for (; i < length; i++)
	{
		if (number[i] >= '0' && number[i] <= '9')
			exponent = exponent * 10 + (number[i] - '0');
		if (exponent > MAX_EXPONENT)
			return false;
	}
	return true;
}

/* Can jsonb hold all of it? */
static bool
is_acceptable(const Oracle *o, const OracleTree *tree)
{
	if (tree->kind == PENDO_JSON_STRING && !is_text(o, tree))
		return false;
	if (tree->kind == PENDO_JSON_NUMBER &&
		!is_sane_number(o->text + tree->start, tree->length))
		return false;
	for (const OracleTree *child = tree->first; child; child = child->next)
	{
		if (tree->kind == PENDO_JSON_OBJECT && child->name == NULL)
			return false;
		if (!is_acceptable(o, child))
			return false;
	}
	return true;
}

static const JsonbValue *
take_event(Comparison *c, JsonbIteratorToken token)
{
	CHECK(c->next < c->end);
	CHECK(c->next->token == token);
	return &c->next++->value;
}

static bool
has_high_bit(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
	{
		if ((unsigned char) text[i] > 127)
			return true;
	}
	return false;
}

static void
compare_string(const Comparison *c, const JsonbValue *value,
			   const char *content, size_t length)
{
	const char *got = value->val.string.val;
	size_t got_length = (size_t) value->val.string.len;

	CHECK(value->type == jbvString);
	if (!c->is_utf8 && has_high_bit(content, length))
	{
		CHECK(got_length > 0 && *got == STUB_CONVERTED);
		got++;
		got_length--;
	}
	CHECK(got_length == length);
	CHECK(memcmp(got, content, length) == 0);
}

/* The very text of the document; but -0 goes through an integer, and is 0. */
static void
compare_number(const JsonbValue *value, const char *number, size_t length)
{
	const char *got;

	CHECK(value->type == jbvNumeric);
	got = (const char *) value->val.numeric;
	if (length == 2 && memcmp(number, "-0", 2) == 0)
	{
		number++;
		length--;
	}
	CHECK(strlen(got) == length && memcmp(got, number, length) == 0);
}

static void
compare_scalar(Comparison *c, const OracleTree *tree, JsonbIteratorToken token)
{
	const JsonbValue *value = take_event(c, token);
	const char *text = c->oracle->text + tree->start;

	if (tree->kind == PENDO_JSON_STRING)
	{
		size_t length;
		char *content = unescape(c->oracle, tree, &length);

		compare_string(c, value, content, length);
		free(content);
	}
	else if (tree->kind == PENDO_JSON_NUMBER)
		compare_number(value, text, tree->length);
	else if (tree->kind == PENDO_JSON_NULL)
		CHECK(value->type == jbvNull);
	else
	{
		CHECK(value->type == jbvBool);
		CHECK(value->val.boolean == (tree->kind == PENDO_JSON_TRUE));
	}
}

static void
compare_value(Comparison *c, const OracleTree *tree, JsonbIteratorToken token)
{
	bool is_object = tree->kind == PENDO_JSON_OBJECT;

	if (!is_object && tree->kind != PENDO_JSON_ARRAY)
	{
		compare_scalar(c, tree, token);
		return;
	}
	take_event(c, is_object ? WJB_BEGIN_OBJECT : WJB_BEGIN_ARRAY);
	for (const OracleTree *child = tree->first; child; child = child->next)
	{
		if (is_object)
			compare_string(c, take_event(c, WJB_KEY), child->name,
						   child->name_length);
		compare_value(c, child, is_object ? WJB_VALUE : WJB_ELEM);
	}
	take_event(c, is_object ? WJB_END_OBJECT : WJB_END_ARRAY);
}

/* "tree" is NULL if the document is no JSON. */
static void
compare(const Oracle *o, const OracleTree *tree, const StubJsonb *jsonb,
		bool is_utf8)
{
	bool is_good = tree != NULL && oracle_valid_utf8(o->text, o->length) &&
				   is_acceptable(o, tree);
	Comparison c = {.oracle = o, .is_utf8 = is_utf8};

	CHECK(is_good == (jsonb != NULL));
	if (jsonb == NULL)
		return;
	c.next = jsonb->events;
	c.end = jsonb->events + jsonb->count;
	compare_value(&c, tree, WJB_DONE);
	CHECK(c.next == c.end);
}

/* The text as a buffer that ends right behind its NUL, or "room" bytes later. */
static void
lay_out(StringInfo text, const char *document, size_t length, int room)
{
	text->len = (int) length;
	text->maxlen = text->len + 1 + room;
	text->cursor = 0;
	text->data = palloc(text->maxlen);
	memcpy(text->data, document, length);
	text->data[length] = '\0';
}

/* The document ends with a line's end that is not in the text. */
static void
check_document(const char *document, size_t length, int room, int encoding)
{
	Oracle oracle = {.text = document,
					 .length = length + 1,
					 .limits = {.depth = PENDO_JSON_MAX_DEPTH,
								.key_bytes = JENTRY_OFFLENMASK}};
	OracleTree *tree = oracle_parse(&oracle);
	const char *problem = NULL;
	StringInfoData text;
	Jsonb *jsonb;

	current = &oracle;
	stub_begin(encoding);
	lay_out(&text, document, length, room);
	jsonb = pendo_jsonb_from_json(&text, &problem);
	CHECK((jsonb == NULL) == (problem != NULL));
	CHECK(text.len == (int) length && text.data[length] == '\0');
	CHECK(memcmp(text.data, document, length) == 0);
	compare(&oracle, tree, (const StubJsonb *) jsonb, encoding == PG_UTF8);
	stub_end();
	oracle_free_tree(tree);
}

static char *
repeat(char *into, const char *piece, int count)
{
	size_t length = strlen(piece);

	for (int i = 0; i < count; i++, into += length)
		memcpy(into, piece, length);
	return into;
}

/* The document in its shell, malloc'ed, with a line's end that is not counted. */
static char *
wrap(const char *document, size_t *length, uint8_t kind, uint8_t count_choice)
{
	const char *before = shells[kind % lengthof(shells)].before;
	const char *behind = shells[kind % lengthof(shells)].behind;
	size_t which = count_choice % 64;
	int count = which < lengthof(shell_counts) ? shell_counts[which] : 0;
	size_t around = (strlen(before) + strlen(behind)) * (size_t) count;
	char *wrapped = malloc(*length + around + 1);
	char *at = repeat(wrapped, before, count);

	memcpy(at, document, *length);
	at = repeat(at + *length, behind, count);
	*at = '\n';
	*length += around;
	return wrapped;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *rest = data + HEAD_BYTES;
	char *generated = NULL;
	char *document;
	size_t length;

	if (size < HEAD_BYTES)
		return 0;
	length = size - HEAD_BYTES;
	if (data[0] & 2)
		generated = generator_document(rest, length, data[0] & 1, &length);
	document = wrap(generated ? generated : (const char *) rest, &length,
					data[1], data[2]);
	check_document(document, length, data[3] % (2 * PENDO_JSON_PAD),
				   data[0] & 4 ? PG_LATIN1 : PG_UTF8);
	free(document);
	free(generated);
	return 0;
}
