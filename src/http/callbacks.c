/*-------------------------------------------------------------------------
 *
 * http/callbacks.c
 *	  What libcurl calls while it is at work.
 *
 * An error raised here would jump across libcurl and leave it half-way
 * through something.  So nothing here allocates or raises: a callback
 * copies into memory that was reserved before, or stores what went wrong and
 * tells libcurl to stop.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/request.h"

#include "http/clock.h"
#include "storage/fd.h"

/* Note that something arrived, so that no limit is reached. */
static void
note_progress(PendoHttpRequest *request)
{
	request->idle = 0;
	pendo_http_multi_notice();
}

static void
fail(PendoHttpRequest *request, PendoHttpResult why, const char *text)
{
	if (request->failure != PENDO_HTTP_OK)
		return;
	request->failure = why;
	strlcpy(request->failure_text, text, sizeof(request->failure_text));
}

/* Make room at the buffer's end by moving what waits to its beginning. */
static void
compact(PendoHttpRequest *request)
{
	size_t waiting = request->filled - request->taken;

	if (request->taken == 0)
		return;
	memmove(request->buffer, request->buffer + request->taken, waiting);
	request->taken = 0;
	request->filled = waiting;
}

/* Give a piece of the body to whoever waits for it; false if it must wait. */
static bool
sink_piece(PendoHttpRequest *request, const char *data, size_t length)
{
	if (request->sink == NULL || request->filled > request->taken ||
		length > request->sink_room - request->sunk)
		return false;
	memcpy(request->sink + request->sunk, data, length);
	request->sunk += length;
	return true;
}

/* Keep a piece of the body; false if there is no room now. */
static bool
keep_piece(PendoHttpRequest *request, const char *data, size_t length)
{
	if (length > request->buffer_size - request->filled)
		compact(request);
	if (length > request->buffer_size - request->filled)
		return false;
	memcpy(request->buffer + request->filled, data, length);
	request->filled += length;
	return true;
}

size_t
pendo_http_on_body(char *data, size_t size, size_t count, void *arg)
{
	PendoHttpRequest *request = arg;
	size_t length = size * count;

	if (request->failure != PENDO_HTTP_OK)
		return CURL_WRITEFUNC_ERROR;
	if (request->max_body > 0 &&
		length > request->max_body - request->outcome.bytes)
	{
		fail(request, PENDO_HTTP_TOO_LARGE, "the answer is too large");
		return CURL_WRITEFUNC_ERROR;
	}
	if (length > request->buffer_size)
	{
		fail(request, PENDO_HTTP_PROTOCOL, "more bytes at once than fit");
		return CURL_WRITEFUNC_ERROR;
	}
	if (!sink_piece(request, data, length) &&
		!keep_piece(request, data, length))
	{
		request->paused = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	request->outcome.bytes += length;
	note_progress(request);
	return length;
}

/* Begin a response: the final one, or an informational one before it. */
static void
begin_header(PendoHttpRequest *request, const char *line, size_t length)
{
	int status = 0;
	size_t i = 0;

	while (i < length && line[i] != ' ')
		i++;
	while (i < length && line[i] == ' ')
		i++;
	for (int digits = 0; digits < 3 && i < length; digits++, i++)
	{
		if (line[i] < '0' || line[i] > '9')
			break;
		status = status * 10 + (line[i] - '0');
	}
	request->status = status;
	request->header_length = 0;
	if (status < 200)
		return;
	request->phase = PENDO_PHASE_BODY;
	if (request->outcome.first_byte_us < 0)
		request->outcome.first_byte_us = pendo_monotonic_us() -
										 request->started_at;
}

/* Keep one field as name and value; false if there is no room left. */
static bool
keep_field(PendoHttpRequest *request, const char *line, size_t length)
{
	const char *colon = memchr(line, ':', length);
	const char *value;
	const char *end = line + length;
	char *to = request->header + request->header_length;

	if (colon == NULL || colon == line || memchr(line, '\0', length) != NULL)
		return true; /* a folded or odd line: nothing to look up */
	if (length + 2 > PENDO_HTTP_HEADER_ROOM - request->header_length)
		return false;
	value = colon + 1;
	while (value < end && (*value == ' ' || *value == '\t'))
		value++;
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	memcpy(to, line, colon - line);
	to += colon - line;
	*to++ = '\0';
	memcpy(to, value, end - value);
	to += end - value;
	*to++ = '\0';
	request->header_length = to - request->header;
	return true;
}

size_t
pendo_http_on_header(char *data, size_t size, size_t count, void *arg)
{
	PendoHttpRequest *request = arg;
	size_t given = size * count;
	size_t length = given;

	if (request->header_complete)
		return given; /* trailers */
	while (length > 0 && (data[length - 1] == '\n' || data[length - 1] == '\r'))
		length--;
	if (length >= 5 && memcmp(data, "HTTP/", 5) == 0)
		begin_header(request, data, length);
	else if (length == 0)
		request->header_complete = request->status >= 200;
	else if (!keep_field(request, data, length))
	{
		fail(request, PENDO_HTTP_PROTOCOL, "the answer's header is too large");
		return 0;
	}

	/* "Please wait" can be said without end: it is no part of an answer. */
	if (request->status >= 200)
		note_progress(request);
	return given;
}

/*
 * Has the other side ended a kept connection, or said so?  libcurl looks whether
 * it is closed, but takes TLS's word of farewell for a sign of life.
 */
static bool
has_ended(curl_socket_t socket)
{
	char byte;

	if (socket == CURL_SOCKET_BAD)
		return false;
	return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
		   (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

/*
 * The connection stands, new or used before; the request is sent next, if that
 * one has not ended meanwhile.
 *
 * libcurl sends it again, on a new connection, when a kept one ends before the
 * first byte of an answer.  But it may have taken effect, and the budget has no
 * token for another: whether it is repeated, and after what look at the remote
 * system, is for the caller to say.
 */
int
pendo_http_on_request(void *arg, char *peer, char *local, int peer_port,
					  int local_port)
{
	PendoHttpRequest *request = arg;

	if (request->phase != PENDO_PHASE_CONNECT)
	{
		request->outcome.lost_kept = true;
		fail(request, PENDO_HTTP_CUT,
			 "a kept connection ended before an answer");
		return CURL_PREREQFUNC_ABORT;
	}
	request->is_stale = !request->socket_opened &&
						has_ended(pendo_http_multi_connection(local_port));
	if (request->is_stale)
		return CURL_PREREQFUNC_ABORT;
	strlcpy(request->outcome.peer, peer, sizeof(request->outcome.peer));
	request->phase = PENDO_PHASE_FIRST_BYTE;
	request->idle = 0;

	/* settings may have changed since a kept connection was made */
	if (!request->target.private_allowed && !pendo_http_text_is_public(peer))
	{
		snprintf(request->failure_text, sizeof(request->failure_text),
				 "the address %s is not public", peer);
		request->failure = PENDO_HTTP_REFUSED_URL;
		return CURL_PREREQFUNC_ABORT;
	}
	return CURL_PREREQFUNC_OK;
}

static void
note_peer(PendoHttpRequest *request, const struct sockaddr *address)
{
	const void *binary = NULL;

	if (address->sa_family == AF_INET)
		binary = &((const struct sockaddr_in *) address)->sin_addr;
	else if (address->sa_family == AF_INET6)
		binary = &((const struct sockaddr_in6 *) address)->sin6_addr;
	if (binary == NULL ||
		inet_ntop(address->sa_family, binary, request->outcome.peer,
				  sizeof(request->outcome.peer)) == NULL)
		strlcpy(request->outcome.peer, "?", sizeof(request->outcome.peer));
}

/*
 * Make a socket, if its address may be reached.  AcquireExternalFD() closes
 * idle files of the server if need be, and raises nothing.
 */
curl_socket_t
pendo_http_on_open_socket(void *arg, curlsocktype purpose,
						  struct curl_sockaddr *address)
{
	PendoHttpRequest *request = arg;
	curl_socket_t fd;

	note_peer(request, &address->addr);
	if (!request->target.private_allowed &&
		!pendo_http_address_is_public(&address->addr))
	{
		request->address_refused = true;
		snprintf(request->failure_text, sizeof(request->failure_text),
				 "the address %s is not public", request->outcome.peer);
		return CURL_SOCKET_BAD;
	}
	request->socket_opened = true;
	if (!AcquireExternalFD())
		return CURL_SOCKET_BAD;
	fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
				address->protocol);
	if (fd < 0)
		ReleaseExternalFD();
	else
		pendo_http_multi_opened(fd);
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

/*
 * A connection outlives the request that made it, so that this knows of none.
 */
int
pendo_http_on_close_socket(void *unused, curl_socket_t fd)
{
	pendo_http_multi_closed(fd);
	ReleaseExternalFD();
	return close(fd);
}
