/*-------------------------------------------------------------------------
 *
 * http_probe.c
 *	  The HTTP layer behind SQL functions, for tests.
 *
 * Options are texts "name=value".  A request that probe_start() makes lives
 * until probe_drop() or the session's end; others live in their statement.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/pg_prng.h"
#include "fmgr.h"
#include "funcapi.h"
#include "http/clock.h"
#include "http/fetch.h"
#include "http/multi.h"
#include "http/secret.h"
#include "http/spool.h"
#include "miscadmin.h"
#include "settings.h"
#include "storage/ipc.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

#define MAX_REQUESTS 64

typedef struct Probe
{
	PendoHttpRoute route;
	PendoHttpSpec spec;
	PendoRetryPolicy policy;
	PendoHttpContext context;
	PendoBudget *budget;
	int request_class;
	int pause_ms; /* after each piece read */
	int piece;	  /* bytes read at a time */
	int sink;	  /* bytes of memory lent to each wait */
	bool raise;
} Probe;

static PendoHttpRequest *requests[MAX_REQUESTS];
static MemoryContext contexts[MAX_REQUESTS];
static shmem_request_hook_type previous_request_hook = NULL;

static void
request_shmem(void)
{
	if (previous_request_hook)
		previous_request_hook();
	pendo_throttle_request_shmem();
}

void
_PG_init(void)
{
	pendo_define_settings();
	if (process_shared_preload_libraries_in_progress)
	{
		previous_request_hook = shmem_request_hook;
		shmem_request_hook = request_shmem;
	}
}

static void
set_option(Probe *probe, const char *name, char *value)
{
	PendoHttpRoute *route = &probe->route;
	PendoHttpSpec *spec = &probe->spec;
	struct
	{
		const char *name;
		const char **variable;
	} texts[] = {
		{"method", &spec->method},
		{"proxy", &route->proxy},
		{"proxy_user", &route->proxy_user},
		{"proxy_password", &route->proxy_password},
		{"no_proxy", &route->no_proxy},
		{"ca_file", &route->ca_file},
		{"secret", &spec->secret},
		{"body", &spec->body},
		{"server", &probe->context.server},
		{"object", &probe->context.object},
	};
	struct
	{
		const char *name;
		int *variable;
	} numbers[] = {
		{"connect_timeout", &route->connect_timeout},
		{"first_byte_timeout", &route->first_byte_timeout},
		{"stall_timeout", &route->stall_timeout},
		{"attempts", &probe->policy.max_attempts},
		{"base_delay", &probe->policy.base_delay},
		{"max_delay", &probe->policy.max_delay},
		{"class", &probe->request_class},
		{"pause", &probe->pause_ms},
		{"piece", &probe->piece},
		{"sink", &probe->sink},
	};

	for (int i = 0; i < lengthof(texts); i++)
	{
		if (strcmp(texts[i].name, name) == 0)
		{
			*texts[i].variable = value;
			return;
		}
	}
	for (int i = 0; i < lengthof(numbers); i++)
	{
		if (strcmp(numbers[i].name, name) == 0)
		{
			*numbers[i].variable = pg_strtoint32(value);
			return;
		}
	}
	if (strcmp(name, "header") == 0)
		spec->headers = lappend(spec->headers, value);
	else if (strcmp(name, "gzip") == 0)
		spec->accept_gzip = true;
	else if (strcmp(name, "certificate") == 0)
		spec->want_certificate = true;
	else if (strcmp(name, "raise") == 0)
		probe->raise = true;
	else if (strcmp(name, "max_body") == 0)
		spec->max_body = strtoull(value, NULL, 10);
	else if (strcmp(name, "buffer") == 0)
		spec->buffer_size = strtoull(value, NULL, 10);
	else if (strcmp(name, "ip_family") == 0)
		route->ip_family = value[0] == '4' ? PENDO_IP_V4 : PENDO_IP_V6;
	else if (strcmp(name, "rate") == 0)
		probe->budget = pendo_throttle_budget("probe", "x", atof(value), 1);
	else
		elog(ERROR, "unknown option %s", name);
}

static Probe *
read_probe(const char *url, ArrayType *options)
{
	Probe *probe = palloc0(sizeof(Probe));
	Datum *values;
	int count;

	probe->spec.url = url;
	probe->spec.method = "GET";
	probe->spec.route = &probe->route;
	probe->spec.secret_header = "x-key";
	probe->route.connect_timeout = 20000;
	probe->route.first_byte_timeout = 20000;
	probe->route.stall_timeout = 20000;
	probe->policy.max_attempts = 1;
	probe->policy.base_delay = 10;
	probe->policy.max_delay = 2000;
	probe->piece = 64 * 1024;
	probe->context.host = "probe-host";
	deconstruct_array(options, TEXTOID, -1, false, TYPALIGN_INT, &values, NULL,
					  &count);
	for (int i = 0; i < count; i++)
	{
		char *name = TextDatumGetCString(values[i]);
		char *equal = strchr(name, '=');

		if (equal == NULL)
			elog(ERROR, "option without a value");
		*equal = '\0';
		set_option(probe, name, equal + 1);
	}
	if (probe->spec.body != NULL)
		probe->spec.body_length = strlen(probe->spec.body);
	return probe;
}

static const char *
result_name(PendoHttpResult result)
{
	static const char *const names[] = {
		"ok",	   "refused_url", "proxy",			 "dns",
		"connect", "tls",		  "connect_timeout", "first_byte_timeout",
		"stalled", "cut",		  "too_large",		 "protocol",
	};

	return names[result];
}

static Datum
outcome_row(FunctionCallInfo fcinfo, const PendoHttpOutcome *outcome,
			const char *body, size_t length, int attempts)
{
	TupleDesc desc;
	Datum values[11];
	bool nulls[11] = {0};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "not a row");
	desc = BlessTupleDesc(desc);
	values[0] = CStringGetTextDatum(result_name(outcome->result));
	values[1] = Int32GetDatum(outcome->status);
	values[2] = CStringGetTextDatum(outcome->message);
	values[3] = CStringGetTextDatum(outcome->peer);
	values[4] = BoolGetDatum(outcome->from_proxy);
	values[5] = Int64GetDatum((int64) outcome->bytes);
	values[6] = Int64GetDatum(outcome->first_byte_us);
	values[7] = Int64GetDatum(outcome->total_us);
	values[8] = BoolGetDatum(outcome->new_connection);
	nulls[9] = outcome->issuer == NULL;
	if (!nulls[9])
		values[9] = CStringGetTextDatum(outcome->issuer);
	values[10] = PointerGetDatum(cstring_to_text_with_len(body, length));
	return HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
}

PG_FUNCTION_INFO_V1(probe_fetch);
Datum
probe_fetch(PG_FUNCTION_ARGS)
{
	Probe *probe = read_probe(text_to_cstring(PG_GETARG_TEXT_PP(0)),
							  PG_GETARG_ARRAYTYPE_P(1));
	PendoHttpAnswer *answer = pendo_http_fetch(&probe->spec, probe->budget,
											   probe->request_class,
											   &probe->policy);

	if (probe->raise)
	{
		probe->context.body = answer->body.data;
		probe->context.body_length = answer->body.len;
		probe->context.request_id = answer->request_id;
		probe->context.attempts = answer->attempts;
		pendo_http_raise(&answer->outcome, &probe->context);
	}
	return outcome_row(fcinfo, &answer->outcome, answer->body.data,
					   answer->body.len, answer->attempts);
}

/* Read a body piece by piece, with pauses, as a slow executor would. */
PG_FUNCTION_INFO_V1(probe_stream);
Datum
probe_stream(PG_FUNCTION_ARGS)
{
	Probe *probe = read_probe(text_to_cstring(PG_GETARG_TEXT_PP(0)),
							  PG_GETARG_ARRAYTYPE_P(1));
	PendoHttpRequest *request = pendo_http_request_start(CurrentMemoryContext,
														 &probe->spec);
	StringInfoData body;
	char *piece = palloc(Max(probe->piece, probe->sink));

	initStringInfo(&body);
	for (;;)
	{
		size_t length = pendo_http_request_read(request, piece, probe->piece);

		appendBinaryStringInfo(&body, piece, length);
		if (length > 0 && probe->pause_ms > 0)
			pg_usleep(probe->pause_ms * 1000L);
		if (length > 0)
			continue;
		if (pendo_http_request_state(request) != PENDO_HTTP_RUNNING)
			break;
		length = pendo_http_wait_into(request, piece, probe->sink, -1);
		appendBinaryStringInfo(&body, piece, length);
	}
	return outcome_row(fcinfo, pendo_http_request_outcome(request), body.data,
					   body.len, 1);
}

PG_FUNCTION_INFO_V1(probe_start);
Datum
probe_start(PG_FUNCTION_ARGS)
{
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "probe",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext previous = MemoryContextSwitchTo(context);
	Probe *probe = read_probe(text_to_cstring(PG_GETARG_TEXT_PP(0)),
							  PG_GETARG_ARRAYTYPE_P(1));
	int i = 0;

	while (i < MAX_REQUESTS && requests[i] != NULL)
		i++;
	if (i == MAX_REQUESTS)
		elog(ERROR, "too many requests");
	contexts[i] = context;
	requests[i] = pendo_http_request_start(context, &probe->spec);
	MemoryContextSwitchTo(previous);
	PG_RETURN_INT32(i);
}

/* Let all requests progress for so many ms, or once if "once". */
PG_FUNCTION_INFO_V1(probe_wait);
Datum
probe_wait(PG_FUNCTION_ARGS)
{
	int64 end = pendo_monotonic_us() + PG_GETARG_INT32(0) * INT64CONST(1000);
	int waits = 0;

	do
	{
		pendo_http_wait(Max((end - pendo_monotonic_us()) / 1000, 0));
		waits++;
	} while (pendo_monotonic_us() < end);
	PG_RETURN_INT32(waits);
}

PG_FUNCTION_INFO_V1(probe_state);
Datum
probe_state(PG_FUNCTION_ARGS)
{
	static const char *const states[] = {"running", "done", "failed"};
	PendoHttpRequest *request = requests[PG_GETARG_INT32(0)];

	if (pendo_http_request_state(request) == PENDO_HTTP_FAILED)
		PG_RETURN_TEXT_P(cstring_to_text(
			result_name(pendo_http_request_outcome(request)->result)));
	PG_RETURN_TEXT_P(
		cstring_to_text(states[pendo_http_request_state(request)]));
}

PG_FUNCTION_INFO_V1(probe_header);
Datum
probe_header(PG_FUNCTION_ARGS)
{
	const char *value = pendo_http_request_header(requests[PG_GETARG_INT32(0)],
												  text_to_cstring(
													  PG_GETARG_TEXT_PP(1)));

	if (value == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(value));
}

PG_FUNCTION_INFO_V1(probe_waiting);
Datum
probe_waiting(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pendo_http_request_waiting(requests[PG_GETARG_INT32(0)]));
}

PG_FUNCTION_INFO_V1(probe_read);
Datum
probe_read(PG_FUNCTION_ARGS)
{
	char *into = palloc(PG_GETARG_INT32(1));
	size_t length = pendo_http_request_read(requests[PG_GETARG_INT32(0)], into,
											PG_GETARG_INT32(1));

	PG_RETURN_TEXT_P(cstring_to_text_with_len(into, length));
}

PG_FUNCTION_INFO_V1(probe_drop);
Datum
probe_drop(PG_FUNCTION_ARGS)
{
	int i = PG_GETARG_INT32(0);

	if (PG_GETARG_BOOL(1))
		pendo_http_request_drop(requests[i]);
	MemoryContextDelete(contexts[i]);
	requests[i] = NULL;
	contexts[i] = NULL;
	PG_RETURN_VOID();
}

/* What these begin with: host, credential, rate and burst. */
static PendoBudget *
budget_argument(FunctionCallInfo fcinfo)
{
	return pendo_throttle_budget(text_to_cstring(PG_GETARG_TEXT_PP(0)),
								 text_to_cstring(PG_GETARG_TEXT_PP(1)),
								 PG_GETARG_FLOAT8(2), PG_GETARG_INT32(3));
}

PG_FUNCTION_INFO_V1(probe_take);
Datum
probe_take(PG_FUNCTION_ARGS)
{
	PendoBudget *budget = budget_argument(fcinfo);

	PG_RETURN_INT64(pendo_throttle_take(budget, PG_GETARG_INT32(4)));
}

PG_FUNCTION_INFO_V1(probe_hold);
Datum
probe_hold(PG_FUNCTION_ARGS)
{
	PendoBudget *budget = budget_argument(fcinfo);

	pendo_throttle_hold(budget, PG_GETARG_TIMESTAMPTZ(4));
	PG_RETURN_TIMESTAMPTZ(pendo_throttle_held_until(budget));
}

PG_FUNCTION_INFO_V1(probe_learn);
Datum
probe_learn(PG_FUNCTION_ARGS)
{
	PendoBudget *budget = budget_argument(fcinfo);

	pendo_throttle_learn(budget, PG_GETARG_INT64(4), PG_GETARG_INT64(5));
	PG_RETURN_VOID();
}

/* What an answer told of a limit: its request was sent just now. */
PG_FUNCTION_INFO_V1(probe_share);
Datum
probe_share(PG_FUNCTION_ARGS)
{
	PendoBudget *budget = budget_argument(fcinfo);
	PendoShareAnswer answer;

	answer.limit = PG_GETARG_INT64(4);
	answer.remaining = PG_GETARG_INT64(5);
	answer.interval = PG_GETARG_INT64(6) * 1000;
	answer.sent_at = pendo_monotonic_us();
	pendo_throttle_share(budget, &answer);
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(probe_secret);
Datum
probe_secret(PG_FUNCTION_ARGS)
{
	char *secret = pendo_secret_read(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	text *copy = cstring_to_text(secret);

	pendo_secret_forget(secret);
	PG_RETURN_TEXT_P(copy);
}

/* The byte that a spool holds at some place. */
static char
byte_at(uint64 position)
{
	return (char) (position * 7 + (position >> 8) + (position >> 16) * 3);
}

/*
 * Append and read by turns, in pieces of random sizes, and compare with what
 * was put in; returns how many bytes were read.
 */
PG_FUNCTION_INFO_V1(probe_spool);
Datum
probe_spool(PG_FUNCTION_ARGS)
{
	uint64 total = PG_GETARG_INT64(0);
	bool fail = PG_GETARG_BOOL(2);
	PendoSpool *spool = pendo_spool_create(CurrentMemoryContext,
										   PG_GETARG_BOOL(1));
	char *piece = palloc(300000);
	uint64 put = 0;
	uint64 got = 0;
	bool rewound = false;

	while (got < total || !rewound)
	{
		size_t length = pg_prng_uint64_range(&pg_global_prng_state, 1, 300000);

		if (got == total)
		{
			pendo_spool_rewind(spool);
			rewound = true;
			got = 0;
		}
		if (pg_prng_bool(&pg_global_prng_state) && put < total)
		{
			length = Min(length, total - put);
			for (size_t i = 0; i < length; i++)
				piece[i] = byte_at(put + i);
			pendo_spool_append(spool, piece, length);
			put += length;
		}
		else
		{
			length = pendo_spool_read(spool, piece, length);
			for (size_t i = 0; i < length; i++)
			{
				if (piece[i] != byte_at(got + i))
					elog(ERROR, "wrong byte at " UINT64_FORMAT, got + i);
			}
			got += length;
		}
		if (pendo_spool_size(spool) != put ||
			pendo_spool_unread(spool) != put - got)
			elog(ERROR, "wrong sizes");
		if (fail && put == total)
			elog(ERROR, "asked to fail");
	}
	pendo_spool_reset(spool);
	pendo_spool_append(spool, "again", 5);
	if (pendo_spool_read(spool, piece, 100) != 5 ||
		memcmp(piece, "again", 5) != 0)
		elog(ERROR, "wrong bytes after a reset");
	pendo_spool_free(spool);
	PG_RETURN_INT64(got);
}

PG_FUNCTION_INFO_V1(probe_escape);
Datum
probe_escape(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(
		pendo_http_escape(text_to_cstring(PG_GETARG_TEXT_PP(0)))));
}

/* As if an error had jumped out of libcurl. */
PG_FUNCTION_INFO_V1(probe_break);
Datum
probe_break(PG_FUNCTION_ARGS)
{
	pendo_multi.busy = true;
	PG_RETURN_VOID();
}
