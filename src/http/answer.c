/*-------------------------------------------------------------------------
 *
 * http/answer.c
 *	  A request whose whole answer is collected in memory, for small documents.
 *
 * An attempt never waits: who waits, for one request or for many, looks at each
 * attempt after every pendo_http_wait().
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/answer.h"
#include "http/inflate.h"
#include "miscadmin.h"
#include "utils/memutils.h"

/* Of an answer, inflated: ten times the largest metadata schema seen. */
#define MAX_ANSWER (64 * 1024 * 1024)

/* Bytes moved at a time. */
#define PIECE (64 * 1024)

/* Header fields by which remote systems name a request. */
static const char *const request_id_fields[] = {
	"X-Request-Id",			 "Request-Id",
	"X-Correlation-Id",		 "X-Amzn-RequestId",
	"X-Cloud-Trace-Context",
};

struct PendoHttpAttempt
{
	MemoryContext context; /* of all that the attempt itself needs */
	PendoHttpRequest *request;
	PendoInflate *inflate; /* NULL if the body is plain */
	PendoInflateStatus inflated;
	PendoHttpAnswer *answer;
	bool looked_at_header;
	bool is_over;
};

/* Where pieces pass through; the backend has one. */
static char *piece = NULL;

/* The transfer went well, but what it brought is no use. */
static void
spoil(PendoHttpAttempt *attempt, PendoHttpResult result, const char *why)
{
	PendoHttpOutcome *outcome = &attempt->answer->outcome;

	outcome->result = result;
	strlcpy(outcome->message, why, sizeof(outcome->message));
}

static bool
is_spoiled(const PendoHttpAttempt *attempt)
{
	return attempt->answer->outcome.result != PENDO_HTTP_OK;
}

static void
look_at_header(PendoHttpAttempt *attempt)
{
	const char *encoding;

	if (attempt->looked_at_header ||
		pendo_http_request_status(attempt->request) == 0)
		return;
	attempt->looked_at_header = true;
	encoding = pendo_http_request_header(attempt->request, "Content-Encoding");
	if (encoding == NULL || encoding[0] == '\0' ||
		pg_strcasecmp(encoding, "identity") == 0)
		return;
	if (pg_strcasecmp(encoding, "gzip") == 0 ||
		pg_strcasecmp(encoding, "x-gzip") == 0)
		attempt->inflate = pendo_inflate_create(attempt->context);
	else
		spoil(attempt, PENDO_HTTP_PROTOCOL, "unknown content encoding");
}

static void
append_inflated(PendoHttpAttempt *attempt, const char *in, size_t length)
{
	StringInfo body = &attempt->answer->body;

	while (!is_spoiled(attempt))
	{
		size_t used = length;
		size_t room;

		if (body->len >= MAX_ANSWER)
		{
			spoil(attempt, PENDO_HTTP_TOO_LARGE, "the answer is too large");
			return;
		}
		CHECK_FOR_INTERRUPTS();
		enlargeStringInfo(body, PIECE);
		room = PIECE;
		attempt->inflated = pendo_inflate_run(attempt->inflate, in, &used,
											  body->data + body->len, &room);
		body->len += room;
		body->data[body->len] = '\0';
		in += used;
		length -= used;
		if (attempt->inflated == PENDO_INFLATE_BAD)
			spoil(attempt, PENDO_HTTP_CUT, "the compressed answer is damaged");

		/* a piece that is not filled shows that all input was used */
		if (room < PIECE)
			return;
	}
}

static void
append(PendoHttpAttempt *attempt, const char *data, size_t length)
{
	if (attempt->inflate != NULL)
		append_inflated(attempt, data, length);
	else if (attempt->answer->body.len + length > MAX_ANSWER)
		spoil(attempt, PENDO_HTTP_TOO_LARGE, "the answer is too large");
	else
		appendBinaryStringInfo(&attempt->answer->body, data, length);
}

static void
take_waiting(PendoHttpAttempt *attempt)
{
	size_t length;

	if (piece == NULL)
		piece = MemoryContextAlloc(TopMemoryContext, PIECE);
	look_at_header(attempt);
	while (!is_spoiled(attempt) &&
		   (length = pendo_http_request_read(attempt->request, piece, PIECE)) >
			   0)
		append(attempt, piece, length);
}

static char *
keep_field(PendoHttpRequest *request, const char *name)
{
	const char *value = pendo_http_request_header(request, name);

	return value != NULL ? pstrdup(value) : NULL;
}

static char *
keep_request_id(PendoHttpRequest *request)
{
	for (int i = 0; i < lengthof(request_id_fields); i++)
	{
		char *value = keep_field(request, request_id_fields[i]);

		if (value != NULL)
			return value;
	}
	return NULL;
}

/* Keep what outlives the request. */
static void
conclude(PendoHttpAttempt *attempt)
{
	PendoHttpAnswer *answer = attempt->answer;
	PendoHttpOutcome spoiled = answer->outcome;

	answer->outcome = *pendo_http_request_outcome(attempt->request);
	if (answer->outcome.issuer != NULL)
		answer->outcome.issuer = pstrdup(answer->outcome.issuer);
	answer->date = keep_field(attempt->request, "Date");
	answer->content_type = keep_field(attempt->request, "Content-Type");
	answer->request_id = keep_request_id(attempt->request);
	answer->retry_after = keep_field(attempt->request, "Retry-After");
	if (spoiled.result != PENDO_HTTP_OK)
	{
		answer->outcome.result = spoiled.result;
		strlcpy(answer->outcome.message, spoiled.message,
				sizeof(answer->outcome.message));
	}
	else if (answer->outcome.result == PENDO_HTTP_OK &&
			 attempt->inflate != NULL && answer->outcome.bytes > 0 &&
			 attempt->inflated != PENDO_INFLATE_END)
		spoil(attempt, PENDO_HTTP_CUT, "the compressed answer is incomplete");
}

PendoHttpAttempt *
pendo_http_attempt_start(MemoryContext owner, const PendoHttpSpec *spec)
{
	MemoryContext context = AllocSetContextCreate(owner, "pendo http attempt",
												  ALLOCSET_SMALL_SIZES);
	PendoHttpAttempt *attempt = MemoryContextAllocZero(context,
													   sizeof(
														   PendoHttpAttempt));

	attempt->context = context;
	attempt->request = pendo_http_request_start(context, spec);
	return attempt;
}

bool
pendo_http_attempt_progress(PendoHttpAttempt *attempt, PendoHttpAnswer *answer)
{
	MemoryContext old;

	if (attempt->is_over)
		return true;
	attempt->answer = answer;
	take_waiting(attempt);
	if (!is_spoiled(attempt) &&
		pendo_http_request_state(attempt->request) == PENDO_HTTP_RUNNING)
		return false;
	old = MemoryContextSwitchTo(GetMemoryChunkContext(answer));
	conclude(attempt);
	MemoryContextSwitchTo(old);
	attempt->is_over = true;
	return true;
}

PendoHttpRequest *
pendo_http_attempt_request(PendoHttpAttempt *attempt)
{
	return attempt->request;
}

void
pendo_http_attempt_drop(PendoHttpAttempt *attempt)
{
	if (attempt != NULL)
		MemoryContextDelete(attempt->context);
}

PendoHttpAnswer *
pendo_http_answer_create(MemoryContext owner)
{
	MemoryContext old = MemoryContextSwitchTo(owner);
	PendoHttpAnswer *answer = palloc0(sizeof(PendoHttpAnswer));

	initStringInfo(&answer->body);
	MemoryContextSwitchTo(old);
	return answer;
}

void
pendo_http_answer_clear(PendoHttpAnswer *answer)
{
	memset(&answer->outcome, 0, sizeof(answer->outcome));
	resetStringInfo(&answer->body);
	answer->retry_after = NULL;
}
