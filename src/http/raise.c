/*-------------------------------------------------------------------------
 *
 * http/raise.c
 *	  How an outcome becomes an error that a person can act on.
 *
 * Two tables hold what is said: one for transfers without a complete answer,
 * one for answers that are errors.  In a message %s is the host.  A connector
 * may have hints of its own.  All that came from outside goes into the detail,
 * cleaned and marked as remote.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/inflate.h"
#include "http/retry.h"
#include "lib/stringinfo.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* How much of an answer is worth reading in an error. */
#define REMOTE_TEXT_LIMIT 300

/* Markup before the first word of an HTML page can be long. */
#define REMOTE_TEXT_LOOK (16 * 1024)

typedef struct Wording
{
	int sqlstate;
	const char *message;
	const char *hint;
} Wording;

typedef struct StatusWording
{
	int first;
	int last;
	Wording wording;
} StatusWording;

static const Wording by_result[] = {
	[PENDO_HTTP_OK] = {ERRCODE_FDW_ERROR, "\"%s\" sent an unexpected answer",
					   NULL},
	[PENDO_HTTP_REFUSED_URL] = {ERRCODE_FDW_UNABLE_TO_ESTABLISH_CONNECTION,
								"\"%s\" must not be contacted", NULL},
	[PENDO_HTTP_PROXY] =
		{ERRCODE_FDW_UNABLE_TO_ESTABLISH_CONNECTION,
		 "could not connect to \"%s\" through the proxy",
		 "Check the proxy's address, its port, and that it accepts connections "
		 "from this machine."},
	[PENDO_HTTP_DNS] =
		{ERRCODE_FDW_UNABLE_TO_ESTABLISH_CONNECTION,
		 "could not resolve host name \"%s\"",
		 "Check the name's spelling and this machine's name service.  If the "
		 "network allows access through a proxy only, set "
		 "pendo_fdw.http_proxy."},
	[PENDO_HTTP_CONNECT] =
		{ERRCODE_FDW_UNABLE_TO_ESTABLISH_CONNECTION,
		 "could not connect to \"%s\"",
		 "Check that a firewall lets this machine reach the host.  If the "
		 "network allows access through a proxy only, set "
		 "pendo_fdw.http_proxy."},
	[PENDO_HTTP_TLS] =
		{ERRCODE_FDW_UNABLE_TO_ESTABLISH_CONNECTION,
		 "could not establish a secure connection to \"%s\"",
		 "If the certificate was issued by your own organization, as behind an "
		 "inspecting proxy, name the PEM file of its authority in "
		 "pendo_fdw.http_ca_file.  Otherwise check the host name and this "
		 "machine's clock."},
	[PENDO_HTTP_CONNECT_TIMEOUT] =
		{ERRCODE_FDW_UNABLE_TO_ESTABLISH_CONNECTION,
		 "connection to \"%s\" timed out",
		 "Check name service, firewall and proxy; a slow network may need a "
		 "larger pendo_fdw.http_connect_timeout."},
	[PENDO_HTTP_FIRST_BYTE_TIMEOUT] =
		{ERRCODE_CONNECTION_FAILURE, "\"%s\" did not answer in time",
		 "Ask for less at once, or raise pendo_fdw.http_first_byte_timeout."},
	[PENDO_HTTP_STALLED] =
		{ERRCODE_CONNECTION_FAILURE,
		 "\"%s\" stopped in the middle of its answer",
		 "Try again; if it happens often, ask for less at once or raise "
		 "pendo_fdw.http_stall_timeout."},
	[PENDO_HTTP_CUT] =
		{ERRCODE_CONNECTION_FAILURE,
		 "connection to \"%s\" was lost before the end of its answer",
		 "Try again; if it happens often, ask for less at once."},
	[PENDO_HTTP_TOO_LARGE] = {ERRCODE_PROGRAM_LIMIT_EXCEEDED,
							  "answer of \"%s\" is larger than allowed",
							  "Ask for less at once."},
	[PENDO_HTTP_PROTOCOL] =
		{ERRCODE_PROTOCOL_VIOLATION, "\"%s\" sent no valid HTTP answer",
		 "Check that the URL names the remote system's API, and that no other "
		 "program answers in its place."},
};

/* The first range that holds the status counts. */
static const StatusWording by_status[] = {
	{300,
	 399,
	 {ERRCODE_FDW_ERROR, "\"%s\" redirects to another address",
	  "Redirects are not followed, so that a key is never sent to another "
	  "host.  Check the URL or region of the server."}},
	{400, 400, {ERRCODE_FDW_ERROR, "\"%s\" rejected the request", NULL}},
	{401,
	 401,
	 {ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION,
	  "\"%s\" does not accept the key",
	  "Check the key in the user mapping: it may be mistyped, revoked, or "
	  "of another region or subscription."}},
	{402,
	 402,
	 {ERRCODE_CONFIGURATION_LIMIT_EXCEEDED,
	  "\"%s\" has a quota that is used up",
	  "Ask the remote system's administrator about the plan's limits."}},
	{403,
	 403,
	 {ERRCODE_INSUFFICIENT_PRIVILEGE, "\"%s\" denied access",
	  "The key may be wrong, revoked, of another region, or without the "
	  "right to do this.  Check the key in the user mapping and the "
	  "server's region."}},
	{404,
	 404,
	 {ERRCODE_UNDEFINED_OBJECT, "\"%s\" does not have what was asked for",
	  "Check the URL or region of the server, and that the object still "
	  "exists at the remote system."}},
	{407,
	 407,
	 {ERRCODE_FDW_UNABLE_TO_ESTABLISH_CONNECTION,
	  "the proxy did not accept the request to \"%s\"",
	  "Check the proxy's user name and password in the user mapping."}},
	{408,
	 408,
	 {ERRCODE_CONNECTION_FAILURE,
	  "\"%s\" gave up on a request that took too long",
	  "Ask for less at once, for instance a shorter time range."}},
	{409, 409, {ERRCODE_FDW_ERROR, "\"%s\" reports a conflict", NULL}},
	{410,
	 410,
	 {ERRCODE_UNDEFINED_OBJECT, "\"%s\" no longer has what was asked for",
	  NULL}},
	{413,
	 413,
	 {ERRCODE_PROGRAM_LIMIT_EXCEEDED, "\"%s\" finds the request too large",
	  NULL}},
	{422, 422, {ERRCODE_FDW_ERROR, "\"%s\" rejected the request", NULL}},
	{429,
	 429,
	 {ERRCODE_CONFIGURATION_LIMIT_EXCEEDED, "rate limit of \"%s\" is used up",
	  "Try again later, or let fewer statements run at the same time with "
	  "this key."}},
	{504,
	 504,
	 {ERRCODE_CONNECTION_FAILURE,
	  "\"%s\" gave up on a request that took too long",
	  "Ask for less at once, for instance a shorter time range."}},
	{500,
	 599,
	 {ERRCODE_CONNECTION_FAILURE, "\"%s\" failed to answer",
	  "Try again later; the fault is at the remote system."}},
	{0, 999, {ERRCODE_FDW_ERROR, "\"%s\" sent an unexpected answer", NULL}},
};

/* The proxy's own answers, where they differ from the remote system's. */
static const StatusWording by_proxy_status[] = {
	{407,
	 407,
	 {ERRCODE_FDW_UNABLE_TO_ESTABLISH_CONNECTION,
	  "the proxy did not let a request to \"%s\" pass",
	  "Check the proxy's user name and password in the user mapping."}},
	{403,
	 403,
	 {ERRCODE_FDW_UNABLE_TO_ESTABLISH_CONNECTION,
	  "the proxy did not let a request to \"%s\" pass",
	  "Ask the proxy's administrator to allow this host."}},
	{0,
	 999,
	 {ERRCODE_FDW_UNABLE_TO_ESTABLISH_CONNECTION,
	  "the proxy could not reach \"%s\"",
	  "Ask the proxy's administrator; the remote system was not "
	  "reached."}},
};

static const Wording *
find_status(const StatusWording *table, int status)
{
	while (status < table->first || status > table->last)
		table++;
	return &table->wording;
}

static const Wording *
wording_of(const PendoHttpOutcome *outcome)
{
	int status = Min(Max(outcome->status, 0), 999);

	if (outcome->from_proxy)
		return find_status(by_proxy_status, status);
	if (outcome->is_limited)
		return find_status(by_status, 429);
	if (outcome->status >= 300)
		return find_status(by_status, status);
	Assert(outcome->result < lengthof(by_result));
	return &by_result[outcome->result];
}

static const char *
host_of(const PendoHttpContext *context)
{
	if (context != NULL && context->host != NULL)
		return context->host;
	if (context != NULL && context->server != NULL)
		return context->server;
	return "remote system";
}

char *
pendo_http_describe(const PendoHttpOutcome *outcome,
					const PendoHttpContext *context)
{
	StringInfoData text;
	const char *message = wording_of(outcome)->message;
	const char *place = strstr(message, "%s");

	initStringInfo(&text);
	appendBinaryStringInfo(&text, message, place - message);
	appendStringInfoString(&text, host_of(context));
	appendStringInfoString(&text, place + 2);
	return text.data;
}

/* The remote system's own hint for its answer; NULL if there is none. */
static const char *
own_hint(const PendoHttpOutcome *outcome, const PendoHttpContext *context)
{
	const PendoHttpHint *hint;

	if (context == NULL || outcome->from_proxy || outcome->is_limited)
		return NULL;
	for (hint = context->hints; hint != NULL && hint->status != 0; hint++)
	{
		if (hint->status == outcome->status)
			return hint->hint;
	}
	return NULL;
}

const char *
pendo_http_hint(const PendoHttpOutcome *outcome,
				const PendoHttpContext *context)
{
	const Wording *wording = wording_of(outcome);

	const char *own = own_hint(outcome, context);

	if (context != NULL && context->hint != NULL)
		return context->hint;
	if (own != NULL)
		return own;
	if (outcome->result != PENDO_HTTP_REFUSED_URL)
		return wording->hint;
	if (strstr(outcome->message, "is not public") != NULL)
		return "Only public addresses are contacted.  If this host is meant to "
			   "be in a private network, an administrator can add its name to "
			   "pendo_fdw.http_private_hosts.";
	if (strstr(outcome->message, "plain http") != NULL)
		return "Use https.  For tests, an administrator can add the host to "
			   "pendo_fdw.http_plain_hosts.";
	return "Check the URL of the server.";
}

char *
pendo_http_plain_text(const char *body, size_t length, size_t *plain_length)
{
	size_t room = REMOTE_TEXT_LOOK;
	char *plain = palloc(room + 1);

	if (length >= 2 && memcmp(body, "\x1f\x8b", 2) == 0)
		/* as far as it goes: the end may be missing */
		pendo_inflate_run(pendo_inflate_create(CurrentMemoryContext), body,
						  &length, plain, &room);
	else
	{
		room = Min(length, room);
		memcpy(plain, body, room);
	}
	plain[room] = '\0';
	*plain_length = room;
	return plain;
}

/* The beginning of the remote text; NULL if none. */
static char *
remote_text(const PendoHttpContext *context)
{
	size_t length;
	char *plain;
	char *text;

	if (context->body == NULL || context->body_length == 0)
		return NULL;
	plain = pendo_http_plain_text(context->body, context->body_length, &length);
	pendo_http_mask(plain, length, context->secret);
	text = pendo_http_clean_text(plain, length, REMOTE_TEXT_LIMIT);
	return text[0] != '\0' ? text : NULL;
}

/* A sentence on who answered what, or what kept them from it. */
static void
add_facts(StringInfo detail, const PendoHttpOutcome *outcome)
{
	if (outcome->from_proxy)
		appendStringInfo(detail,
						 "The proxy answered with HTTP status %d; this is not "
						 "the remote system's answer.",
						 outcome->status);
	else if (outcome->status != 0)
		appendStringInfo(detail,
						 "The remote system answered with HTTP status "
						 "%d.",
						 outcome->status);
	if (outcome->message[0] != '\0' && !outcome->from_proxy)
		appendStringInfo(detail, "%sThe transfer ended with: %s.",
						 detail->len > 0 ? " " : "", outcome->message);
	if (outcome->result == PENDO_HTTP_TOO_LARGE)
		appendStringInfo(detail, " " UINT64_FORMAT " bytes had arrived.",
						 outcome->bytes);
}

static void
add_sentence(StringInfo detail, const char *format, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	if (detail->len > 0)
		appendStringInfoChar(detail, ' ');
	appendStringInfo(detail, format, value);
}

static char *
make_detail(const PendoHttpOutcome *outcome, const PendoHttpContext *context)
{
	StringInfoData detail;
	char *id = NULL;

	initStringInfo(&detail);
	add_facts(&detail, outcome);
	if (context == NULL)
		return detail.data;
	add_sentence(&detail, "Foreign server \"%s\".", context->server);
	add_sentence(&detail, "Asked for: %s.", context->object);
	if (context->attempts > 1)
		appendStringInfo(&detail, "%sTried %d times.",
						 detail.len > 0 ? " " : "", context->attempts);
	if (context->request_id != NULL)
	{
		id = pstrdup(context->request_id);
		pendo_http_mask(id, strlen(id), context->secret);
		id = pendo_http_clean_text(id, strlen(id), 100);
	}
	add_sentence(&detail, "Request id: %s.", id);
	if (context->opens_at != 0)
		add_sentence(&detail, "It opens again at %s.",
					 timestamptz_to_str(context->opens_at));
	add_sentence(&detail, "Remote text: \"%s\".", remote_text(context));
	return detail.data;
}

void
pendo_http_raise(const PendoHttpOutcome *outcome,
				 const PendoHttpContext *context)
{
	const Wording *wording = wording_of(outcome);
	int sqlstate = wording->sqlstate;
	char *detail = make_detail(outcome, context);
	const char *hint = pendo_http_hint(outcome, context);

	if (sqlstate == ERRCODE_UNDEFINED_OBJECT && context != NULL &&
		context->object != NULL)
		sqlstate = ERRCODE_FDW_TABLE_NOT_FOUND;
	ereport(ERROR, (errcode(sqlstate),
					errmsg("%s", pendo_http_describe(outcome, context)),
					detail[0] != '\0' ? errdetail_internal("%s", detail) : 0,
					hint != NULL ? errhint("%s", hint) : 0));
	pg_unreachable();
}
