/*-------------------------------------------------------------------------
 *
 * fdw/probe.c
 *	  One request whose outcome is told and not raised, for pendo.check().
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "connector/connection.h"
#include "connector/connector.h"
#include "fmgr.h"
#include "funcapi.h"
#include "http/fetch.h"
#include "http/secret.h"
#include "utils/builtins.h"

PENDO_SQL_FUNCTION(pendo_probe);

/* By PendoHttpResult. */
static const char *const outcome_words[] = {
	[PENDO_HTTP_OK] = "ok",
	[PENDO_HTTP_REFUSED_URL] = "refused_url",
	[PENDO_HTTP_PROXY] = "proxy",
	[PENDO_HTTP_DNS] = "dns",
	[PENDO_HTTP_CONNECT] = "connect",
	[PENDO_HTTP_TLS] = "tls",
	[PENDO_HTTP_CONNECT_TIMEOUT] = "connect_timeout",
	[PENDO_HTTP_FIRST_BYTE_TIMEOUT] = "first_byte_timeout",
	[PENDO_HTTP_STALLED] = "stalled",
	[PENDO_HTTP_CUT] = "cut",
	[PENDO_HTTP_TOO_LARGE] = "too_large",
	[PENDO_HTTP_PROTOCOL] = "protocol",
};

/* Longest suffix of a key that is a region's name, no part of the secret. */
#define LONGEST_SUFFIX 4

static char *
key_suffix(const char *key)
{
	const char *dot = strrchr(key, '.');

	if (dot == NULL || strlen(dot + 1) == 0 || strlen(dot + 1) > LONGEST_SUFFIX)
		return NULL;
	return pstrdup(dot + 1);
}

static Datum
text_or_null(const char *value, bool *is_null)
{
	*is_null = value == NULL || *value == '\0';
	return *is_null ? (Datum) 0 : CStringGetTextDatum(value);
}

static char *
argument(FunctionCallInfo fcinfo, int i)
{
	return PG_ARGISNULL(i) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(i));
}

/*
 * pendo._probe(connection, method, path, body, for_writing): see its SQL.
 */
Datum
pendo_probe(PG_FUNCTION_ARGS)
{
	PendoConnection *connection = pendo_connection_by_name(
		NameStr(*PG_GETARG_NAME(0)));
	PendoRetryPolicy once = {.max_attempts = 1};
	PendoHttpSpec spec = {0};
	PendoHttpContext context = {0};
	PendoHttpAnswer *answer;
	char *body = argument(fcinfo, 3);
	char *secret = pendo_connection_secret(connection, PG_GETARG_BOOL(4));
	bool answered;
	TupleDesc descriptor;
	Datum values[10];
	bool nulls[10] = {0};

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	spec.method = argument(fcinfo, 1);
	spec.url = psprintf("%s%s", connection->base_url, argument(fcinfo, 2));
	spec.headers = list_make2("Content-Type: application/json",
							  "Accept: application/json");
	spec.secret_header = connection->connector->key_header;
	spec.secret = secret;
	spec.body = body;
	spec.body_length = body ? strlen(body) : 0;
	spec.route = &connection->route;
	spec.accept_gzip = true;
	spec.want_certificate = true;
	answer = pendo_http_fetch(&spec, connection->budget,
							  connection->request_class, &once);
	values[6] = text_or_null(key_suffix(secret), &nulls[6]);
	pendo_secret_forget(secret);

	context.server = connection->name;
	context.object = argument(fcinfo, 2);
	context.host = connection->host;
	context.body = answer->body.data;
	context.body_length = answer->body.len;
	context.attempts = answer->attempts;
	answered = answer->outcome.result == PENDO_HTTP_OK &&
			   answer->outcome.status >= 200 && answer->outcome.status < 300;

	values[0] = CStringGetTextDatum(outcome_words[answer->outcome.result]);
	values[1] = Int32GetDatum(answer->outcome.status);
	values[2] = text_or_null(connection->route.proxy, &nulls[2]);
	values[3] = text_or_null(answer->outcome.peer, &nulls[3]);
	values[4] = text_or_null(answer->outcome.issuer, &nulls[4]);
	values[5] = text_or_null(answer->date, &nulls[5]);
	values[7] = text_or_null(answered ? NULL
									  : pendo_http_describe(&answer->outcome,
															&context),
							 &nulls[7]);
	values[8] = text_or_null(answered
								 ? NULL
								 : pendo_http_hint(&answer->outcome, &context),
							 &nulls[8]);
	values[9] = text_or_null(answered ? answer->body.data : NULL, &nulls[9]);
	PG_RETURN_DATUM(
		HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls)));
}
