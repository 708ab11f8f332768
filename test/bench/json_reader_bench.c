/*-------------------------------------------------------------------------
 *
 * test/bench/json_reader_bench.c
 *	  The JSON reader against yajl: same document, same fields, same run.
 *
 * sources: src/json/reader.c src/json/row.c src/json/paths.c src/json/scan.c src/json/text.c
 * libs: -lyajl
 *
 * yajl is the other parser in Debian that streams in constant memory.  It is
 * spared what it need not do: it parses the document where it lies and leaves
 * UTF-8 unchecked, while the reader has each portion copied into its buffer
 * and checks what it takes.  Both take every wanted string as text; sums over
 * all that was taken must agree.
 *
 * Prints the median of the same-round ratios; the exit status is 1 below the
 * gate.  Options: thousands of rows (200), rounds (7).
 *
 *-------------------------------------------------------------------------
 */
#include "json/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yajl/yajl_parse.h>

#define GATE	   4.0
#define AIM		   5.0

#define PORTION	   (128 * 1024)
#define MAX_ROW	   1000
#define CHUNK_ROWS 2000
#define MAX_ROUNDS 100

/* Eight of the thirteen members of a row. */
static const char *const wanted[] = {"visitorId",  "accountId",	   "featureId",
									 "appId",	   "day",		   "numEvents",
									 "numMinutes", "parameterName"};

#define WANTED (sizeof(wanted) / sizeof(wanted[0]))

/*
 * A long document without its length in memory: a stretch of rows again and
 * again.  It stays in the cache, as what has just been inflated would.
 */
typedef struct Document
{
	char *text; /* CHUNK_ROWS rows, each behind a comma */
	size_t length;
	int repeats;
	int repeat; /* what next_portion() comes to next */
	size_t at;
} Document;

/* What was taken: enough to see that two parsers took the same. */
typedef struct Taken
{
	uint64_t rows;
	uint64_t values;
	uint64_t bytes;
	uint64_t sum;
} Taken;

static void
take(Taken *taken, size_t field, const char *text, size_t length)
{
	taken->values++;
	taken->bytes += length;
	if (length > 0)
		taken->sum += (field + 1) * ((unsigned char) text[0] * 256u +
									 (unsigned char) text[length - 1]);
}

static uint32_t
next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t) (*state >> 33);
}

static void
make_document(Document *document, int repeats)
{
	static const char *const names[] = {"plan",			"tab \\u2192 panel",
										"vis\xC3\xA3o", "filter \\\"open\\\"",
										"sort",			"view"};
	uint64_t random = 1;
	char *out = malloc(CHUNK_ROWS * MAX_ROW);

	document->text = out;
	document->repeats = repeats;
	for (int i = 0; i < CHUNK_ROWS; i++)
	{
		uint32_t visitor = next_random(&random) % 50000;
		long long day = 1718409600000 + 86400000LL * (i % 30);

		out += sprintf(
			out,
			",{\"accountId\":\"account-%05u\",\"appId\":-323232,"
			"\"country\":\"US\",\"day\":%lld,\"featureId\":\"f%08x-%08x-Kq2\","
			"\"lastTime\":%lld,\"numEvents\":%u,\"numMinutes\":%u,"
			"\"parameterName\":\"%s\",\"remoteIp\":\"203.0.113.%u\","
			"\"server\":\"app.customer-%05u.example.com\","
			"\"userAgent\":\"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) "
			"AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%u.0.0.0 "
			"Safari/537.36\",\"visitorId\":\"visitor-%05u@example.com\"}",
			visitor / 50, day, next_random(&random), next_random(&random),
			day + next_random(&random) % 86400000,
			1 + next_random(&random) % 40, 1 + next_random(&random) % 9,
			names[next_random(&random) % 6], next_random(&random) % 256,
			visitor / 50, 100 + next_random(&random) % 26, visitor);
	}
	document->length = (size_t) (out - document->text);
}

/* Up to "most" more bytes of the document, where they lie; 0 at its end. */
static size_t
next_portion(Document *document, const char **start, size_t most)
{
	static const char *const edges[] =
		{"{\"startTime\":1718409600000,\"results\":[{}", "]}"};
	bool is_edge = document->repeat < 0 ||
				   document->repeat == document->repeats;
	const char *text = document->text;
	size_t length = document->length;

	if (document->repeat > document->repeats)
		return 0;
	if (is_edge)
	{
		text = edges[document->repeat > 0];
		length = strlen(text);
	}
	*start = text + document->at;
	if (length - document->at > most)
	{
		document->at += most;
		return most;
	}
	length -= document->at;
	document->at = 0;
	document->repeat++;
	return length;
}

static void
rewind_document(Document *document)
{
	document->repeat = -1;
	document->at = 0;
}

static size_t
fill(void *arg, char *into, size_t room)
{
	const char *start = into;
	size_t bytes = next_portion(arg, &start, room < PORTION ? room : PORTION);

	memcpy(into, start, bytes);
	return bytes;
}

static void
take_value(Taken *taken, size_t field, const PendoJsonValue *value)
{
	char text[MAX_ROW];
	int64_t length = value->length;

	if (value->kind == PENDO_JSON_ABSENT)
		return;
	if (value->has_escape)
	{
		length = pendo_json_unescape(value, text);
		take(taken, field, text, length < 0 ? 0 : (size_t) length);
		return;
	}
	if (value->has_high_bit &&
		!pendo_json_valid_utf8(value->start, value->length))
		length = 0;
	take(taken, field, value->start, (size_t) length);
}

static bool
read_with_reader(Document *document, Taken *taken)
{
	const char *names[WANTED][2];
	const char *const *paths[WANTED];
	PendoJsonValue values[WANTED];
	PendoJsonSpec spec = {.rows_member = "results",
						  .paths = paths,
						  .path_count = WANTED,
						  .fill = fill,
						  .fill_arg = document};
	PendoJsonReader *reader;
	bool good;

	for (size_t i = 0; i < WANTED; i++)
	{
		names[i][0] = wanted[i];
		names[i][1] = NULL;
		paths[i] = names[i];
	}
	rewind_document(document);
	reader = pendo_json_reader_create(&spec);
	while (pendo_json_reader_next(reader, values))
	{
		taken->rows++;
		for (size_t i = 0; i < WANTED; i++)
			take_value(taken, i, &values[i]);
	}
	good = pendo_json_reader_error(reader) == PENDO_JSON_OK;
	pendo_json_reader_free(reader);
	return good;
}

/* The same by callbacks.  A row is what is open at depth 3. */
typedef struct Walk
{
	Taken *taken;
	int depth;
	size_t field; /* of the value to come; WANTED: nobody's */
	size_t lengths[WANTED];
} Walk;

static int
on_text(void *arg, const unsigned char *text, size_t length)
{
	Walk *walk = arg;

	if (walk->depth == 3 && walk->field < WANTED)
		take(walk->taken, walk->field, (const char *) text, length);
	return 1;
}

static int
on_number(void *arg, const char *text, size_t length)
{
	return on_text(arg, (const unsigned char *) text, length);
}

static int
on_key(void *arg, const unsigned char *text, size_t length)
{
	Walk *walk = arg;

	walk->field = WANTED;
	if (walk->depth != 3)
		return 1;
	for (size_t i = 0; i < WANTED; i++)
	{
		if (wanted[i][0] == (char) text[0] && walk->lengths[i] == length &&
			memcmp(wanted[i], text, length) == 0)
		{
			walk->field = i;
			break;
		}
	}
	return 1;
}

static int
on_open(void *arg)
{
	((Walk *) arg)->depth++;
	return 1;
}

static int
on_close(void *arg)
{
	((Walk *) arg)->depth--;
	return 1;
}

static int
on_row_end(void *arg)
{
	Walk *walk = arg;

	if (walk->depth-- == 3)
		walk->taken->rows++;
	return 1;
}

static bool
read_with_yajl(Document *document, Taken *taken)
{
	static const yajl_callbacks callbacks = {
		.yajl_number = on_number,
		.yajl_string = on_text,
		.yajl_start_map = on_open,
		.yajl_map_key = on_key,
		.yajl_end_map = on_row_end,
		.yajl_start_array = on_open,
		.yajl_end_array = on_close,
	};
	Walk walk = {.taken = taken};
	yajl_handle parser = yajl_alloc(&callbacks, NULL, &walk);
	yajl_status status = yajl_status_ok;
	const char *start;
	size_t bytes;

	for (size_t i = 0; i < WANTED; i++)
		walk.lengths[i] = strlen(wanted[i]);
	yajl_config(parser, yajl_dont_validate_strings, 1);
	rewind_document(document);
	while (status == yajl_status_ok &&
		   (bytes = next_portion(document, &start, PORTION)) > 0)
		status = yajl_parse(parser, (const unsigned char *) start, bytes);
	if (status == yajl_status_ok)
		status = yajl_complete_parse(parser);
	yajl_free(parser);
	return status == yajl_status_ok;
}

/* Processor time: neither waits for anything, and others may use the machine. */
static double
seconds_of(bool (*read)(Document *, Taken *), Document *document, Taken *taken)
{
	struct timespec start;
	struct timespec end;

	memset(taken, 0, sizeof(*taken));
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	if (!read(document, taken))
	{
		fprintf(stderr, "json_reader_bench: a parser failed\n");
		exit(2);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	return (double) (end.tv_sec - start.tv_sec) +
		   (double) (end.tv_nsec - start.tv_nsec) / 1e9;
}

static int
compare_doubles(const void *a, const void *b)
{
	double difference = *(const double *) a - *(const double *) b;

	return (difference > 0) - (difference < 0);
}

static double
median(double *values, int count)
{
	qsort(values, (size_t) count, sizeof(double), compare_doubles);
	return count % 2 ? values[count / 2]
					 : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int
main(int argc, char **argv)
{
	int thousands = argc > 1 ? atoi(argv[1]) : 200;
	int rounds = argc > 2 ? atoi(argv[2]) : 7;
	double ours[MAX_ROUNDS];
	double theirs[MAX_ROUNDS];
	double ratios[MAX_ROUNDS];
	Document document;
	uint64_t rows;
	double megabytes;
	double ratio;

	if (thousands < 2 || rounds < 1 || rounds > MAX_ROUNDS)
		return 2;
	make_document(&document, thousands * 1000 / CHUNK_ROWS);
	rows = (uint64_t) document.repeats * CHUNK_ROWS;
	megabytes = (double) document.length * document.repeats / 1e6;
	for (int i = 0; i < rounds; i++)
	{
		Taken by_reader;
		Taken by_yajl;

		ours[i] = seconds_of(read_with_reader, &document, &by_reader);
		theirs[i] = seconds_of(read_with_yajl, &document, &by_yajl);
		ratios[i] = theirs[i] / ours[i];
		if (memcmp(&by_reader, &by_yajl, sizeof(Taken)) != 0 ||
			by_reader.rows != rows + 1 || by_reader.values != rows * WANTED)
		{
			fprintf(stderr, "json_reader_bench: the parsers disagree\n");
			return 2;
		}
	}
	free(document.text);

	ratio = median(ratios, rounds);
	printf("%llu rows, %.0f MB, %d rounds\n", (unsigned long long) rows,
		   megabytes, rounds);
	printf("reader %.0f MB/s, yajl %.0f MB/s\n",
		   megabytes / median(ours, rounds),
		   megabytes / median(theirs, rounds));
	printf("reader / yajl: %.2f (lowest %.2f; gate %.1f, aim %.1f)\n", ratio,
		   ratios[0], GATE, AIM);
	return ratio < GATE;
}
