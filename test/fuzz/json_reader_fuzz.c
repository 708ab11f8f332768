/*-------------------------------------------------------------------------
 *
 * test/fuzz/json_reader_fuzz.c
 *	  The reader against the oracle, over arbitrary documents and cuts.
 *
 * sources: test/fuzz/json_oracle.c test/fuzz/json_generator.c src/json/reader.c src/json/row.c src/json/paths.c src/json/scan.c src/json/text.c src/json/number.c
 *
 * The first bytes of an input choose paths, limits, buffer and cuts.  The rest
 * is the document, or the choices of a generator of documents, because bytes
 * alone rarely make a long one.  Each document is read twice, cut differently;
 * both must agree with the oracle on every row, every value, on the error and
 * its offset.
 *
 *-------------------------------------------------------------------------
 */
#include "json_generator.h"
#include "json_oracle.h"
#include "json/number.h"
#include "json/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_BYTES 8
#define MAX_PATHS  8
#define MAX_NAMES  4

typedef struct Source
{
	const char *text;
	size_t left;
	uint32_t most; /* bytes at a time, at random up to this */
	uint64_t random;
	bool ended;
} Source;

static const char *const *paths[MAX_PATHS];
static const char *path_names[MAX_PATHS][MAX_NAMES];

static const Oracle *current; /* for the report */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) \
	do \
	{ \
		if (!(condition)) \
			report(__LINE__, #condition); \
	} while (0)

static void
report(int line, const char *condition)
{
	const PendoJsonLimits *limits = &current->limits;

	fprintf(stderr, "line %d: %s\n%zu bytes: ", line, condition,
			current->length);
	fwrite(current->text, 1, current->length, stderr);
	fprintf(stderr, "\noracle: %zu rows, %s at %zu; limits %u, %u, %u\n",
			current->row_count, pendo_json_error_text(current->error),
			current->offset, limits->depth, limits->row_bytes,
			limits->key_bytes);
	abort();
}

static uint32_t
next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t) (*state >> 33);
}

/* A copy of exactly the size: the sanitizer sees a byte too far. */
static char *
exact_copy(const char *text, size_t length)
{
	char *copy = malloc(length ? length : 1);

	memcpy(copy, text, length);
	return copy;
}

static size_t
fill(void *arg, char *into, size_t room)
{
	Source *source = arg;
	size_t bytes = 1 + next_random(&source->random) % source->most;

	CHECK(room > 0 && !source->ended);
	if (bytes > room)
		bytes = room;
	if (bytes > source->left)
		bytes = source->left;
	memcpy(into, source->text, bytes);
	source->text += bytes;
	source->left -= bytes;
	source->ended = (bytes == 0);
	return bytes;
}

static void
check_string(const PendoJsonValue *value)
{
	char *text = exact_copy(value->start, value->length);
	char *mine = malloc(value->length + 1);
	char *theirs = malloc(value->length + 3);
	PendoJsonValue copy = *value;
	int64_t length;

	copy.start = text;
	length = pendo_json_unescape(&copy, mine);
	CHECK(length == oracle_unescape(text, value->length, theirs));
	CHECK(length <= 0 || memcmp(mine, theirs, (size_t) length) == 0);
	free(text);
	free(mine);
	free(theirs);
}

static void
check_number(const PendoJsonValue *value)
{
	char *text = malloc(value->length + PENDO_JSON_PAD);
	char *ended = malloc(value->length + 1);
	PendoJsonNumberStatus status;
	int64_t integer = 0;
	int64_t wanted = 0;
	double number = 0;
	double wanted_number;
	int oracle;

	/* digits behind the number, which must not count */
	memset(text, '9', value->length + PENDO_JSON_PAD);
	memcpy(text, value->start, value->length);
	memcpy(ended, text, value->length);
	ended[value->length] = '\0';
	status = pendo_json_number_int64(text, value->length, &integer);
	oracle = oracle_int64(ended, value->length, &wanted);
	CHECK(oracle == 3 || (int) status == oracle);
	CHECK(oracle != 0 || integer == wanted);

	wanted_number = strtod(ended, NULL);
	status = pendo_json_number_double(text, value->length, &number);
	if (isinf(wanted_number))
		CHECK(status == PENDO_JSON_NUMBER_OUT_OF_RANGE);
	else
		CHECK(status == PENDO_JSON_NUMBER_OK &&
			  memcmp(&number, &wanted_number, sizeof(double)) == 0);
	free(text);
	free(ended);
}

static void
check_value(const Oracle *oracle, const OracleValue *wanted,
			const PendoJsonValue *value)
{
	bool has_escape = false;
	bool has_high_bit = false;

	CHECK(value->kind == wanted->kind);
	if (value->kind == PENDO_JSON_ABSENT)
		return;
	CHECK(value->length == wanted->length);
	CHECK(memcmp(value->start, oracle->text + wanted->start, wanted->length) ==
		  0);

	for (size_t i = 0; i < value->length; i++)
	{
		has_escape |= value->start[i] == '\\';
		has_high_bit |= (value->start[i] & 0x80) != 0;
	}
	CHECK(value->has_high_bit == has_high_bit);
	CHECK(value->has_escape ==
		  (has_escape && value->kind == PENDO_JSON_STRING));

	if (has_high_bit)
	{
		char *text = exact_copy(value->start, value->length);

		CHECK(pendo_json_valid_utf8(text, value->length) ==
			  oracle_valid_utf8(text, value->length));
		free(text);
	}
	if (value->kind == PENDO_JSON_STRING)
		check_string(value);
	if (value->kind == PENDO_JSON_NUMBER)
		check_number(value);
}

/* Read the oracle's document with the reader, in pieces of up to "most". */
static void
compare(const Oracle *oracle, PendoJsonSpec spec, uint32_t most,
		uint64_t random)
{
	Source source = {oracle->text, oracle->length, most, random, false};
	PendoJsonValue values[MAX_PATHS];
	PendoJsonReader *reader;
	size_t row = 0;
	const OracleValue *wanted = oracle->values;

	spec.fill = fill;
	spec.fill_arg = &source;
	reader = pendo_json_reader_create(&spec);
	CHECK(reader != NULL);
	for (; pendo_json_reader_next(reader, values); row++)
	{
		CHECK(row < oracle->row_count);
		for (int i = 0; i < spec.path_count; i++)
			check_value(oracle, wanted++, &values[i]);
	}
	if (pendo_json_reader_error(reader) != oracle->error)
		fprintf(stderr, "reader: %s\n",
				pendo_json_error_text(pendo_json_reader_error(reader)));
	CHECK(row == oracle->row_count);
	CHECK(pendo_json_reader_error(reader) == oracle->error);
	CHECK(pendo_json_reader_offset(reader) ==
		  (oracle->error ? oracle->offset : oracle->length));
	CHECK(!pendo_json_reader_next(reader, values));
	CHECK(pendo_json_reader_error(reader) == oracle->error);
	pendo_json_reader_free(reader);
}

static int
choose_paths(uint64_t *random)
{
	int count = (int) (next_random(random) % (MAX_PATHS + 1));

	for (int i = 0; i < count; i++)
	{
		uint32_t names = next_random(random) % MAX_NAMES;

		/* short ones are likelier to be met */
		if (names > 1 && next_random(random) % 2)
			names = 1;
		for (uint32_t j = 0; j < names; j++)
			path_names[i][j] = generator_name(next_random(random));
		path_names[i][names] = NULL;
		paths[i] = path_names[i];
	}
	return count;
}

static uint32_t
choose_limit(uint64_t *random, uint32_t most)
{
	return next_random(random) % 4 ? 0 : 1 + next_random(random) % most;
}

static uint32_t
limit_or(uint32_t limit, uint32_t standard)
{
	return limit ? limit : standard;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t buffers[] = {1, 24, 32, 48, 64, 100, 500, 4000};
	static const uint32_t portions[] = {1, 2, 7, 20, 70, 300, 5000};
	Oracle oracle = {0};
	PendoJsonSpec spec = {0};
	uint64_t random;
	uint32_t smallest;
	char *document;
	size_t length;

	if (size < HEAD_BYTES)
		return 0;
	memcpy(&random, data, sizeof(random));
	spec.rows_member = data[0] & 1 ? generator_rows_name : NULL;
	spec.paths = paths;
	spec.path_count = choose_paths(&random);
	spec.limits.depth = choose_limit(&random, 8);
	spec.limits.row_bytes = choose_limit(&random, 400);
	spec.limits.key_bytes = choose_limit(&random, 80);
	spec.buffer_bytes = buffers[next_random(&random) % 8];

	if (data[0] & 2)
		document = generator_document(data + HEAD_BYTES, size - HEAD_BYTES,
									  spec.rows_member != NULL, &length);
	else
	{
		length = size - HEAD_BYTES;
		document = exact_copy((const char *) data + HEAD_BYTES, length);
	}

	oracle.text = document;
	oracle.length = length;
	oracle.spec = &spec;
	oracle.limits.depth = limit_or(spec.limits.depth, PENDO_JSON_DEFAULT_DEPTH);
	oracle.limits.row_bytes = limit_or(spec.limits.row_bytes,
									   PENDO_JSON_DEFAULT_ROW_BYTES);
	oracle.limits.key_bytes = limit_or(spec.limits.key_bytes,
									   PENDO_JSON_DEFAULT_KEY_BYTES);
	oracle_read(&oracle);
	current = &oracle;

	/* a row is scanned again after each portion: long ones take larger ones */
	smallest = length < 200 || next_random(&random) % 16 == 0 ? 0 : 2;
	compare(&oracle, spec,
			portions[smallest + next_random(&random) % (7 - smallest)], random);
	compare(&oracle, spec,
			portions[smallest + next_random(&random) % (7 - smallest)],
			~random);
	oracle_free(&oracle);
	free(document);
	return 0;
}
