/*-------------------------------------------------------------------------
 *
 * test/fuzz/server_stub.c
 *	  Stand-ins for the server's functions that connector/jsonb.c calls.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <unistd.h>

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "server_stub.h"

volatile sig_atomic_t InterruptPending = false;

static int server_encoding;

/* What palloc() gave out and nobody has freed. */
static void **blocks;
static size_t block_count;
static size_t block_room;

static StubEvent *events;
static size_t event_count;
static size_t event_room;

static JsonbValue *whole; /* the outermost container, once it is closed */

/* Room for one more element at "count". */
static void *
grow(void *array, size_t count, size_t *room, size_t element_size)
{
	if (count < *room)
		return array;
	*room = *room * 2 + 64;
	return realloc(array, *room * element_size);
}

/* printf() and its like are the server's own, where its headers are. */
static void
stop(const char *reason)
{
	dprintf(STDERR_FILENO, "stand-in for the server: %s\n", reason);
	abort();
}

void
stub_begin(int encoding)
{
	server_encoding = encoding;
	event_count = 0;
	whole = NULL;
}

void
stub_end(void)
{
	while (block_count > 0)
		free(blocks[--block_count]);
}

/* Memory */

void *
palloc(Size size)
{
	blocks = grow(blocks, block_count, &block_room, sizeof(*blocks));
	blocks[block_count] = malloc(size);
	return blocks[block_count++];
}

void
pfree(void *pointer)
{
	size_t i = block_count;

	while (i > 0 && blocks[i - 1] != pointer)
		i--;
	if (i == 0)
		stop("what is freed was not allocated");
	free(pointer);
	blocks[i - 1] = blocks[--block_count];
}

char *
pnstrdup(const char *in, Size len)
{
	size_t length = strnlen(in, len);
	char *copy = palloc(length + 1);

	memcpy(copy, in, length);
	copy[length] = '\0';
	return copy;
}

/* The text moves whenever it may, and gets not a byte more than it needs. */
void
enlargeStringInfo(StringInfo str, int needed)
{
	char *old = str->data;

	if (str->maxlen - str->len > needed)
		return;
	str->maxlen = str->len + needed + 1;
	str->data = palloc(str->maxlen);
	memcpy(str->data, old, str->len + 1);
	pfree(old);
}

/* Errors and interrupts */

bool
errstart(int elevel, const char *domain)
{
	stop("an error was raised");
	return true;
}

bool
errstart_cold(int elevel, const char *domain)
{
	return errstart(elevel, domain);
}

void
errfinish(const char *filename, int lineno, const char *funcname)
{
}

int
errcode(int sqlerrcode)
{
	return 0;
}

int
errmsg(const char *fmt, ...)
{
	return 0;
}

void
ProcessInterrupts(void)
{
}

void
check_stack_depth(void)
{
}

/* Encodings */

int
GetDatabaseEncoding(void)
{
	return server_encoding;
}

char *
pg_any_to_server(const char *s, int len, int encoding)
{
	char *converted = palloc(len + 2);

	if (encoding != PG_UTF8)
		stop("what comes in is UTF-8");
	converted[0] = STUB_CONVERTED;
	memcpy(converted + 1, s, len);
	converted[len + 1] = '\0';
	return converted;
}

/* Numbers */

Datum
DirectFunctionCall3Coll(PGFunction func, Oid collation, Datum arg1, Datum arg2,
						Datum arg3)
{
	LOCAL_FCINFO(fcinfo, 3);

	InitFunctionCallInfoData(*fcinfo, NULL, 3, collation, NULL, NULL);
	fcinfo->args[0].value = arg1;
	fcinfo->args[1].value = arg2;
	fcinfo->args[2].value = arg3;
	for (int i = 0; i < 3; i++)
		fcinfo->args[i].isnull = false;
	return func(fcinfo);
}

Datum
numeric_in(PG_FUNCTION_ARGS)
{
	const char *text = PG_GETARG_CSTRING(0);

	return PointerGetDatum(pnstrdup(text, strlen(text)));
}

struct varlena *
pg_detoast_datum(struct varlena *datum)
{
	return datum;
}

Numeric
int64_to_numeric(int64 val)
{
	char digits[24] = {0};
	char *at = digits + sizeof(digits) - 1;
	uint64 left = val < 0 ? -(uint64) val : (uint64) val;

	do
		*--at = (char) ('0' + left % 10);
	while ((left /= 10) > 0);
	if (val < 0)
		*--at = '-';
	return (Numeric) pnstrdup(at, strlen(at));
}

/* jsonb */

static void
add_event(JsonbIteratorToken token, const JsonbValue *value)
{
	events = grow(events, event_count, &event_room, sizeof(*events));
	events[event_count].token = token;
	events[event_count++].value = *value;
}

static JsonbValue *
open_container(JsonbParseState **pstate, JsonbIteratorToken token)
{
	JsonbParseState *state = palloc(sizeof(JsonbParseState));

	memset(state, 0, sizeof(*state));
	state->contVal.type = token == WJB_BEGIN_OBJECT ? jbvObject : jbvArray;
	state->next = *pstate;
	*pstate = state;
	add_event(token, &state->contVal);
	return &state->contVal;
}

static JsonbValue *
close_container(JsonbParseState **pstate, JsonbIteratorToken token)
{
	JsonbParseState *state = *pstate;

	*pstate = state->next;
	if (state->next == NULL)
		whole = &state->contVal;
	add_event(token, &state->contVal);
	return &state->contVal;
}

/* As the server's: values are taken as they are, and what they point to stays. */
JsonbValue *
pushJsonbValue(JsonbParseState **pstate, JsonbIteratorToken seq,
			   JsonbValue *jbval)
{
	switch (seq)
	{
		case WJB_BEGIN_OBJECT:
		case WJB_BEGIN_ARRAY:
			return open_container(pstate, seq);
		case WJB_END_OBJECT:
		case WJB_END_ARRAY:
			return close_container(pstate, seq);
		default:
			add_event(seq, jbval);
			return NULL;
	}
}

Jsonb *
JsonbValueToJsonb(JsonbValue *val)
{
	StubJsonb *jsonb = palloc(sizeof(StubJsonb));

	if (IsAJsonbScalar(val))
		add_event(WJB_DONE, val);
	else if (val != whole)
		stop("the root is not the outermost container");
	jsonb->events = events;
	jsonb->count = event_count;
	return (Jsonb *) jsonb;
}
