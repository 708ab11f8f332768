/*-------------------------------------------------------------------------
 *
 * http/client.c
 *	  HTTP requests: what callers see.
 *
 * A request lives in a memory context of its own, a child of its owner's.
 * That context's reset callback takes the transfer away from libcurl, so a
 * request ends with its owner however that comes about.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/request.h"

#include "http/clock.h"
#include "utils/memutils.h"

/*
 * Bytes of a body that wait for the owner.  Large enough that a sender at
 * 100 MB/s need not stop while rows are made of the last batch.
 */
#define DEFAULT_BUFFER_SIZE (512 * 1024)

/*
 * libcurl passes on up to CURL_MAX_WRITE_SIZE bytes at once, and a transfer
 * goes on when half of the buffer is free.
 */
#define MIN_BUFFER_SIZE (4 * CURL_MAX_WRITE_SIZE)

/* Reset callback: runs once, also on a request that was half made. */
static void
release(void *arg)
{
	pendo_http_multi_remove(arg);
}

static PendoHttpRequest *
create_request(MemoryContext owner, const PendoHttpSpec *spec)
{
	MemoryContext context = AllocSetContextCreate(owner, "pendo http request",
												  ALLOCSET_SMALL_SIZES);
	PendoHttpRequest *request = MemoryContextAllocZero(context,
													   sizeof(
														   PendoHttpRequest));

	request->context = context;
	request->release.func = release;
	request->release.arg = request;
	MemoryContextRegisterResetCallback(context, &request->release);

	request->buffer_size = spec->buffer_size > 0 ? spec->buffer_size
												 : DEFAULT_BUFFER_SIZE;
	request->buffer_size = Max(request->buffer_size, MIN_BUFFER_SIZE);
	request->buffer = MemoryContextAlloc(context, request->buffer_size);
	request->header = MemoryContextAlloc(context, PENDO_HTTP_HEADER_ROOM);
	request->max_body = spec->max_body;
	request->want_certificate = spec->want_certificate;
	request->started_at = pendo_monotonic_us();
	request->outcome.first_byte_us = -1;
	request->limit[PENDO_PHASE_CONNECT] = (int64) spec->route->connect_timeout *
										  1000;
	request->limit[PENDO_PHASE_FIRST_BYTE] = (int64) spec->route
												 ->first_byte_timeout *
											 1000;
	request->limit[PENDO_PHASE_BODY] = (int64) spec->route->stall_timeout *
									   1000;
	return request;
}

/* The request fails before it began; waiters find it so. */
static void
refuse(PendoHttpRequest *request, const char *why)
{
	request->state = PENDO_HTTP_FAILED;
	request->outcome.result = PENDO_HTTP_REFUSED_URL;
	pendo_http_outcome_message(request, why);
	pendo_http_multi_notice();
}

PendoHttpRequest *
pendo_http_request_start(MemoryContext owner, const PendoHttpSpec *spec)
{
	PendoHttpRequest *request = create_request(owner, spec);
	MemoryContext previous = MemoryContextSwitchTo(request->context);
	const char *problem = pendo_http_guard_target(spec, &request->target);

	if (problem != NULL)
		refuse(request, problem);
	else
	{
		pendo_http_transfer_prepare(request, spec);
		pendo_http_multi_list(request);
		pendo_http_multi_add(request);
	}
	MemoryContextSwitchTo(previous);
	return request;
}

void
pendo_http_request_drop(PendoHttpRequest *request)
{
	if (request != NULL)
		MemoryContextDelete(request->context);
}

PendoHttpState
pendo_http_request_state(const PendoHttpRequest *request)
{
	return request->state;
}

const PendoHttpOutcome *
pendo_http_request_outcome(PendoHttpRequest *request)
{
	if (request->state == PENDO_HTTP_RUNNING && request->header_complete)
		request->outcome.status = request->status;
	return &request->outcome;
}

int
pendo_http_request_status(const PendoHttpRequest *request)
{
	return request->header_complete ? request->status : 0;
}

const char *
pendo_http_request_header(const PendoHttpRequest *request, const char *name)
{
	const char *field = request->header;
	const char *end = request->header + request->header_length;

	if (!request->header_complete)
		return NULL;
	while (field < end)
	{
		const char *value = field + strlen(field) + 1;

		if (pg_strcasecmp(field, name) == 0)
			return value;
		field = value + strlen(value) + 1;
	}
	return NULL;
}

size_t
pendo_http_request_read(PendoHttpRequest *request, char *into, size_t room)
{
	size_t length = Min(room, request->filled - request->taken);

	if (length == 0)
		return 0;
	memcpy(into, request->buffer + request->taken, length);
	request->taken += length;
	if (request->taken == request->filled)
		request->taken = request->filled = 0;
	return length;
}

size_t
pendo_http_request_waiting(const PendoHttpRequest *request)
{
	return request->filled - request->taken;
}

void
pendo_http_request_shed(PendoHttpRequest *request)
{
	if (request->state != PENDO_HTTP_DONE || request->buffer == NULL ||
		pendo_http_request_waiting(request) > 0)
		return;
	pfree(request->buffer);
	request->buffer = NULL;
	request->buffer_size = 0;
}

char *
pendo_http_escape(const char *text)
{
	static const char digits[] = "0123456789ABCDEF";
	char *escaped = palloc(strlen(text) * 3 + 1);
	char *to = escaped;

	for (; *text != '\0'; text++)
	{
		unsigned char c = (unsigned char) *text;

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			(c >= 'a' && c <= 'z') || strchr("-._~", c) != NULL)
			*to++ = (char) c;
		else
		{
			*to++ = '%';
			*to++ = digits[c >> 4];
			*to++ = digits[c & 15];
		}
	}
	*to = '\0';
	return escaped;
}
