/*-------------------------------------------------------------------------
 *
 * fdw/probe.c
 *	  One request whose outcome is told and not raised, for pendo.check().
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "connector/ask.h"
#include "connector/connection.h"
#include "connector/connector.h"
#include "fmgr.h"
#include "funcapi.h"
#include "http/secret.h"
#include "json/value.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

PENDO_SQL_FUNCTION(pendo_probe);
PENDO_SQL_FUNCTION(pendo_remote_org);

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
 * A path that does not begin with a slash would lengthen the host's name, and
 * the key would go to another.
 */
static void
check_arguments(FunctionCallInfo fcinfo)
{
	const char *method = argument(fcinfo, 1);
	const char *path = argument(fcinfo, 2);

	if (PG_ARGISNULL(0) || method == NULL || path == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("connection, method and path must not be null")));
	if (*path != '/' ||
		(strcmp(method, "GET") != 0 && strcmp(method, "POST") != 0))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a probe is a GET or POST of a path that begins "
							   "with a slash")));
}

/* The body in the database's encoding; NULL if it is not even UTF-8. */
static char *
body_text(const PendoHttpAnswer *answer)
{
	const StringInfoData *body = &answer->body;

	if (memchr(body->data, '\0', body->len) != NULL ||
		!pendo_json_valid_utf8(body->data, body->len))
		return NULL;
	return pg_any_to_server(body->data, body->len, PG_UTF8);
}

/* A header field's value; anybody may have written it. */
static char *
clean(const char *value)
{
	return value == NULL ? NULL
						 : pendo_http_clean_text(value, strlen(value), 200);
}

/* As somebody whom the remote system does not know. */
static PendoHttpAnswer *
ask_openly(PendoConnection *connection, const char *path, PendoHttpSpec *spec,
		   const PendoRetryPolicy *policy)
{
	spec->url = psprintf("%s%s", connection->base_url, path);
	return pendo_http_fetch(spec, connection->budget, connection->request_class,
							policy);
}

/*
 * pendo._remote_org(connection name): see its SQL.
 */
Datum
pendo_remote_org(PG_FUNCTION_ARGS)
{
	PendoConnection *connection = pendo_connection_by_name(
		NameStr(*PG_GETARG_NAME(0)));
	char *org = NULL;

	if (connection->connector->org != NULL)
		org = connection->connector->org(connection);
	if (org == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(org));
}

/*
 * pendo._probe(connection, method, path, body, for_writing): see its SQL.
 */
Datum
pendo_probe(PG_FUNCTION_ARGS)
{
	PendoConnection *connection;
	PendoRetryPolicy once = {.max_attempts = 1};
	PendoHttpSpec spec = {0};
	PendoHttpContext context = {0};
	PendoHttpAnswer *answer;
	char *body = argument(fcinfo, 3);
	const char *path = argument(fcinfo, 2);
	char *suffix = NULL;
	bool answered;
	TupleDesc descriptor;
	Datum values[10];
	bool nulls[10] = {0};

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	check_arguments(fcinfo);
	connection = pendo_connection_by_name(NameStr(*PG_GETARG_NAME(0)));
	spec.method = argument(fcinfo, 1);
	spec.headers = list_make2("Content-Type: application/json",
							  "Accept: application/json");
	spec.body = body;
	spec.body_length = body ? strlen(body) : 0;
	spec.route = &connection->route;
	spec.accept_gzip = true;
	spec.want_certificate = true;
	if (PG_ARGISNULL(4))
		answer = ask_openly(connection, path, &spec, &once);
	else
	{
		char *secret = pendo_connection_secret(connection, PG_GETARG_BOOL(4));

		suffix = key_suffix(secret);
		pendo_secret_forget(secret);
		answer = pendo_ask_any(connection, path, PG_GETARG_BOOL(4), &spec,
							   &once);
	}
	values[6] = text_or_null(suffix, &nulls[6]);

	context.server = connection->name;
	context.object = path;
	context.host = connection->host;
	context.hints = connection->connector->hints;
	context.body = answer->body.data;
	context.body_length = answer->body.len;
	context.attempts = answer->attempts;
	answered = pendo_answer_is_good(answer);

	values[0] = CStringGetTextDatum(
		pendo_http_result_name(answer->outcome.result));
	values[1] = Int32GetDatum(answer->outcome.status);
	values[2] = text_or_null(connection->route.proxy, &nulls[2]);
	values[3] = text_or_null(answer->outcome.peer, &nulls[3]);
	values[4] = text_or_null(clean(answer->outcome.issuer), &nulls[4]);
	values[5] = text_or_null(clean(answer->date), &nulls[5]);
	values[7] = text_or_null(answered ? NULL
									  : pendo_http_describe(&answer->outcome,
															&context),
							 &nulls[7]);
	values[8] = text_or_null(answered
								 ? NULL
								 : pendo_http_hint(&answer->outcome, &context),
							 &nulls[8]);
	values[9] = text_or_null(answered ? body_text(answer) : NULL, &nulls[9]);
	PG_RETURN_DATUM(
		HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls)));
}
