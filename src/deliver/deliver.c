/*-------------------------------------------------------------------------
 *
 * deliver/deliver.c
 *	  What SQL has to do with requests under way.
 *
 *	  pendo._send()			  let these be sent
 *	  CALL pendo._await()	  wait for answers, with no transaction's snapshot
 *	  pendo._in_flight()	  what is under way
 *	  pendo._is_in_flight()	  is something for this key?
 *	  pendo._requests_in_flight()  how many requests to a connection are
 *	  pendo._progress()		  send and take in, without a wait
 *	  pendo._withdraw()		  drop what was not sent yet
 *	  pendo._credential_mark()  tells one credential from another
 *	  pendo._wakes()		  how often this worker was woken
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "compat.h"
#include "connector/answer_json.h"
#include "connector/ask.h"
#include "connector/connector.h"
#include "deliver/exchange.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "guarded.h"
#include "http/clock.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "postmaster/interrupt.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"
#include "worker/board.h"

PENDO_SQL_FUNCTION(pendo_send);
PENDO_SQL_FUNCTION(pendo_await);
PENDO_SQL_FUNCTION(pendo_in_flight);
PENDO_SQL_FUNCTION(pendo_is_in_flight);
PENDO_SQL_FUNCTION(pendo_requests_in_flight);
PENDO_SQL_FUNCTION(pendo_progress);
PENDO_SQL_FUNCTION(pendo_withdraw);
PENDO_SQL_FUNCTION(pendo_credential_mark);
PENDO_SQL_FUNCTION(pendo_wakes);

/* Of the remote words, as the log keeps them. */
#define MESSAGE_LENGTH 500

/* Columns of pendo._request. */
enum
{
	REQUEST_CONNECTION,
	REQUEST_CLASS,
	REQUEST_METHOD,
	REQUEST_PATH,
	REQUEST_BODY,
	REQUEST_WORK,
	REQUEST_STATE,
	REQUEST_COLUMNS
};

static PendoRequestClass
class_by_name(const char *name)
{
	return strcmp(name, "signal") == 0 ? PENDO_CLASS_SIGNAL : PENDO_CLASS_PUSH;
}

static char *
read_text(const Datum *values, const bool *nulls, int i)
{
	return nulls[i] ? NULL : TextDatumGetCString(values[i]);
}

static void
check_request(const bool *nulls, const char *path)
{
	for (int i = 0; i < REQUEST_COLUMNS; i++)
	{
		if (nulls[i] && i != REQUEST_BODY)
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("a request must be complete")));
	}
	/* else the path would lengthen the host's name */
	if (path == NULL || *path != '/')
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a request's path begins with a slash")));
}

static void
queue(const Datum *values, const bool *nulls)
{
	PendoExchange *exchange;
	MemoryContext old;

	check_request(nulls, read_text(values, nulls, REQUEST_PATH));
	exchange = pendo_exchange_create();
	old = MemoryContextSwitchTo(exchange->context);
	exchange->connection = pendo_connection_by_name(
		NameStr(*DatumGetName(values[REQUEST_CONNECTION])));
	exchange->connection->request_class = class_by_name(
		read_text(values, nulls, REQUEST_CLASS));
	exchange->method = read_text(values, nulls, REQUEST_METHOD);
	exchange->path = read_text(values, nulls, REQUEST_PATH);
	exchange->body = read_text(values, nulls, REQUEST_BODY);
	if (exchange->body != NULL)
		exchange->body = pg_server_to_any(exchange->body,
										  strlen(exchange->body), PG_UTF8);
	exchange->state = DatumGetJsonbPCopy(values[REQUEST_STATE]);
	pendo_exchange_carry(exchange, DatumGetJsonbPCopy(values[REQUEST_WORK]));
	MemoryContextSwitchTo(old);
}

/*
 * pendo._send(requests pendo._request[]) integer
 */
Datum
pendo_send(PG_FUNCTION_ARGS)
{
	ArrayType *array = PG_GETARG_ARRAYTYPE_P(0);
	TupleDesc descriptor = lookup_rowtype_tupdesc(ARR_ELEMTYPE(array), -1);
	Datum *elements;
	bool *nulls;
	int count;

	if (descriptor->natts != REQUEST_COLUMNS)
		elog(ERROR, "pendo._request has %d columns", descriptor->natts);
	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE,
					  &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		HeapTupleHeader header = DatumGetHeapTupleHeader(elements[i]);
		HeapTupleData tuple = {0};
		Datum values[REQUEST_COLUMNS];
		bool is_null[REQUEST_COLUMNS];

		CHECK_FOR_INTERRUPTS();
		tuple.t_len = HeapTupleHeaderGetDatumLength(header);
		tuple.t_data = header;
		heap_deform_tuple(&tuple, descriptor, values, is_null);
		queue(values, is_null);
	}
	ReleaseTupleDesc(descriptor);
	PG_RETURN_INT32(count);
}

/* A body, and what it says. */
typedef struct Body
{
	StringInfo text;
	Jsonb *json;
} Body;

static void
read_json(void *arg)
{
	Body *body = arg;
	const char *problem;

	body->json = pendo_parse_answer(body->text, &problem);
	if (problem != NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_JSON_TEXT),
						errmsg("the answer is no JSON: %s", problem)));
}

/* NULL for an empty one, and for one that is no JSON: then "problem" is set. */
static Jsonb *
read_body(StringInfo text, const char **problem)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext scratch;
	Body body = {.text = text};
	Jsonb *json = NULL;
	ErrorData *failure;

	*problem = NULL;
	if (text->len == 0)
		return NULL;
	scratch = AllocSetContextCreate(caller, "pendo_fdw answer",
									ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(scratch);
	failure = pendo_guarded(read_json, &body);
	MemoryContextSwitchTo(caller);
	if (failure != NULL)
		*problem = pstrdup(failure->message);
	else
		json = DatumGetJsonbPCopy(JsonbPGetDatum(body.json));
	MemoryContextDelete(scratch);
	return json;
}

static Datum
text_or_null(const char *value, bool *is_null)
{
	*is_null = value == NULL || *value == '\0';
	return *is_null ? (Datum) 0 : CStringGetTextDatum(value);
}

/* An error instead of an answer: its SQLSTATE, message and hint. */
static void
fill_failure(const ErrorData *failure, Datum *values, bool *nulls)
{
	values[0] = Int32GetDatum(0);
	values[1] = CStringGetTextDatum(unpack_sql_state(failure->sqlerrcode));
	values[2] = CStringGetTextDatum(
		failure->detail == NULL
			? failure->message
			: psprintf("%s: %s", failure->message, failure->detail));
	values[3] = text_or_null(failure->hint, &nulls[3]);
	nulls[4] = nulls[6] = true;
}

/*
 * A status without the whole of its answer tells nothing: it is 0 then, as for a
 * success that says nobody knows what.
 */
static void
fill_answer(const PendoExchange *exchange, Datum *values, bool *nulls)
{
	PendoHttpAnswer *answer = exchange->answer;
	const PendoHttpOutcome *outcome = &answer->outcome;
	bool is_whole = outcome->result == PENDO_HTTP_OK;
	bool is_good = pendo_answer_is_good(answer);
	PendoHttpContext context = {.server = exchange->connection->name,
								.object = exchange->path,
								.host = exchange->connection->host,
								.hints = exchange->connection->connector->hints,
								.attempts = 1};
	const char *problem = NULL;
	Jsonb *body = is_whole ? read_body(&answer->body, &problem) : NULL;
	bool is_strange = is_good && problem != NULL;

	values[0] = Int32GetDatum(is_whole && !is_strange ? outcome->status : 0);
	values[1] = CStringGetTextDatum(pendo_http_result_name(
		is_strange ? PENDO_HTTP_PROTOCOL : outcome->result));
	values[2] = text_or_null(is_strange ? problem
							 : is_good	? NULL
									   : pendo_http_describe(outcome, &context),
							 &nulls[2]);
	values[3] = text_or_null(is_good ? NULL
									 : pendo_http_hint(outcome, &context),
							 &nulls[3]);
	nulls[4] = body == NULL;
	values[4] = nulls[4] ? (Datum) 0 : JsonbPGetDatum(body);
	values[6] = text_or_null(
		answer->request_id == NULL
			? NULL
			: pendo_http_clean_text(answer->request_id,
									strlen(answer->request_id), MESSAGE_LENGTH),
		&nulls[6]);
}

static Datum
answer_row(const PendoExchange *exchange, TupleDesc descriptor)
{
	Datum values[11] = {0};
	bool nulls[11] = {false};

	if (exchange->failure != NULL)
		fill_failure(exchange->failure, values, nulls);
	else
		fill_answer(exchange, values, nulls);
	values[5] = TimestampTzGetDatum(exchange->retry_at);
	nulls[5] = exchange->retry_at == 0;
	values[7] = TimestampTzGetDatum(exchange->sent_at);
	nulls[7] = exchange->sent_at == 0;
	values[8] = TimestampTzGetDatum(exchange->answered_at);
	values[9] = JsonbPGetDatum(exchange->work);
	values[10] = JsonbPGetDatum(exchange->state);
	return HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
}

/* Those that are over, as an array of rows, in the current memory context. */
static Datum
take_answers(Oid type)
{
	TupleDesc descriptor = lookup_rowtype_tupdesc(type, -1);
	ArrayBuildState *state = initArrayResult(type, CurrentMemoryContext, false);
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, pendo_exchanges())
	{
		PendoExchange *exchange = dlist_container(PendoExchange, node,
												  iter.cur);

		if (!exchange->is_over)
			continue;
		state = accumArrayResult(state, answer_row(exchange, descriptor), false,
								 type, CurrentMemoryContext);
		pendo_exchange_drop(exchange);
	}
	ReleaseTupleDesc(descriptor);
	return makeArrayResult(state, CurrentMemoryContext);
}

/*
 * Did somebody say that there is something new for this worker?  A session reads new
 * settings between its statements alone: it goes on waiting.
 */
static bool
has_news(bool is_worker, uint32 wakes)
{
	return is_worker && (ConfigReloadPending || pendo_board_wakes() != wakes);
}

static void
wait_for_answers(int64 timeout, uint32 wakes)
{
	int64 end = pendo_monotonic_us() + timeout * 1000;
	bool is_worker = pendo_board_has_mine();
	long wait;

	while (!pendo_exchange_progress(&wait))
	{
		int64 left = (end - pendo_monotonic_us() + 999) / 1000;

		if (left <= 0 || has_news(is_worker, wakes))
			return;
		pendo_http_wait(wait < 0 ? (long) left : (long) Min(wait, left));
	}
}

/*
 * pendo._await(timeout integer, wakes bigint, INOUT answers pendo._answer[]), a
 * procedure.  "wakes" is the count of wakes before the caller looked for work.
 */
Datum
pendo_await(PG_FUNCTION_ARGS)
{
	CallContext *call = (CallContext *) fcinfo->context;
	bool atomic = call == NULL || !IsA(call, CallContext) || call->atomic;
	MemoryContext caller = CurrentMemoryContext;
	int timeout = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT32(0);
	uint32 wakes = PG_ARGISNULL(1) ? 0 : (uint32) PG_GETARG_INT64(1);
	TupleDesc descriptor;
	Datum values[1];
	bool nulls[1] = {false};

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	SPI_connect_ext(atomic ? 0 : SPI_OPT_NONATOMIC);
	if (!atomic)
		SPI_commit_and_chain();
	wait_for_answers(timeout, wakes);
	MemoryContextSwitchTo(caller);
	values[0] = take_answers(
		get_element_type(TupleDescAttr(descriptor, 0)->atttypid));
	SPI_finish();
	return HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
}

static void
put_item(ReturnSetInfo *result, const PendoExchange *exchange, int i)
{
	Datum values[2] = {0};
	bool nulls[2] = {false, i >= exchange->item_count};

	values[0] = DirectFunctionCall1(namein, CStringGetDatum(
												exchange->connection->name));
	if (!nulls[1])
		values[1] = Int64GetDatum(exchange->items[i]);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * pendo._in_flight() returns setof (connection name, item bigint): a row for each
 * item, one without an item for a request that has none
 */
Datum
pendo_in_flight(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	dlist_iter iter;

	InitMaterializedSRF(fcinfo, 0);
	dlist_foreach(iter, pendo_exchanges())
	{
		PendoExchange *exchange = dlist_container(PendoExchange, node,
												  iter.cur);

		for (int i = 0; i < Max(exchange->item_count, 1); i++)
			put_item(result, exchange, i);
	}
	return (Datum) 0;
}

/*
 * pendo._is_in_flight(key bigint) returns boolean
 */
Datum
pendo_is_in_flight(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(pendo_exchange_has_key(PG_GETARG_INT64(0)));
}

/*
 * pendo._requests_in_flight(connection name) returns integer
 */
Datum
pendo_requests_in_flight(PG_FUNCTION_ARGS)
{
	const char *connection = NameStr(*PG_GETARG_NAME(0));
	int count = 0;
	dlist_iter iter;

	dlist_foreach(iter, pendo_exchanges())
	{
		const PendoExchange *exchange = dlist_container(PendoExchange, node,
														iter.cur);

		count += strcmp(exchange->connection->name, connection) == 0;
	}
	PG_RETURN_INT32(count);
}

/*
 * pendo._progress() returns void: the network goes on while answers are dealt with
 */
Datum
pendo_progress(PG_FUNCTION_ARGS)
{
	long wait;

	if (!dlist_is_empty(pendo_exchanges()))
	{
		pendo_http_wait(0);
		pendo_exchange_progress(&wait);
	}
	PG_RETURN_VOID();
}

/* Not sent yet, and of a connection (NULL: of any) whose items it carries. */
static bool
may_withdraw(const PendoExchange *exchange, const char *connection)
{
	return exchange->attempt == NULL && !exchange->is_over &&
		   (connection == NULL ||
			(exchange->item_count > 0 &&
			 strcmp(exchange->connection->name, connection) == 0));
}

/*
 * pendo._withdraw(connection name) returns integer: how many were dropped
 */
Datum
pendo_withdraw(PG_FUNCTION_ARGS)
{
	const char *connection = PG_ARGISNULL(0) ? NULL
											 : NameStr(*PG_GETARG_NAME(0));
	int count = 0;
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, pendo_exchanges())
	{
		PendoExchange *exchange = dlist_container(PendoExchange, node,
												  iter.cur);

		if (!may_withdraw(exchange, connection))
			continue;
		pendo_exchange_drop(exchange);
		count++;
	}
	PG_RETURN_INT32(count);
}

/*
 * pendo._credential_mark(connection name) returns text
 */
Datum
pendo_credential_mark(PG_FUNCTION_ARGS)
{
	PendoConnection *connection = pendo_connection_by_name(
		NameStr(*PG_GETARG_NAME(0)));

	PG_RETURN_TEXT_P(cstring_to_text(
		psprintf("%016" PRIx64, pendo_throttle_mark(connection->budget))));
}

/*
 * pendo._wakes() returns bigint: 0 in a session
 */
Datum
pendo_wakes(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pendo_board_has_mine() ? (int64) pendo_board_wakes() : 0);
}
