/*-------------------------------------------------------------------------
 *
 * http/multi.c
 *	  The backend's multi handle.
 *
 * libcurl never waits itself.  It tells through two callbacks which sockets
 * and which time it is interested in; these only record, for wait.c.
 *
 * All signals are blocked while libcurl works.  Its resolver starts threads
 * there, and a thread inherits the mask: one that took the server's signals
 * would run its handlers on the wrong stack.
 *
 * Nothing is done at the end of the process.  The kernel closes the sockets
 * without a wait; libcurl's own clean-up talks to peers.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include "http/multi.h"

#include "common/hashfn.h"
#include "compat.h"
#include "http/clock.h"
#include "storage/fd.h"
#include "utils/memutils.h"

/*
 * Connections kept for the next statement; where more requests than that are
 * under way at once, as many until there is none, or the next ones would have
 * to connect anew.  Each is a file descriptor here and one at the remote system.
 */
#define KEPT_CONNECTIONS 8

/* Descriptors that libcurl makes for itself: a pair to be woken through. */
#define OWN_DESCRIPTORS 2

/* More than a backend has in practice. */
#define MAX_CONNECTIONS 1024

PendoHttpMulti pendo_multi = {.timer = -1};

/* Those in use and those kept; what has no place here is just not looked at. */
static curl_socket_t connections[MAX_CONNECTIONS];
static int connection_count = 0;

void
pendo_http_multi_opened(curl_socket_t fd)
{
	if (connection_count < MAX_CONNECTIONS)
		connections[connection_count++] = fd;
}

void
pendo_http_multi_closed(curl_socket_t fd)
{
	for (int i = 0; i < connection_count; i++)
	{
		if (connections[i] == fd)
			connections[i--] = connections[--connection_count];
	}
}

static int
local_port(curl_socket_t fd)
{
	union
	{
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} address;
	socklen_t length = sizeof(address);

	if (getsockname(fd, &address.any, &length) != 0)
		return -1;
	return ntohs(address.any.sa_family == AF_INET6 ? address.in6.sin6_port
												   : address.in.sin_port);
}

curl_socket_t
pendo_http_multi_connection(int port)
{
	for (int i = 0; i < connection_count; i++)
	{
		if (local_port(connections[i]) == port)
			return connections[i];
	}
	return CURL_SOCKET_BAD;
}

static int
find_socket(curl_socket_t fd)
{
	for (int i = 0; i < pendo_multi.socket_count; i++)
	{
		if (pendo_multi.sockets[i].fd == fd)
			return i;
	}
	return -1;
}

static bool
grow_sockets(void)
{
	int room = pendo_multi.socket_room == 0 ? 16 : pendo_multi.socket_room * 2;
	PendoHttpSocket *sockets;

	if (pendo_multi.socket_count < pendo_multi.socket_room)
		return true;
	sockets = realloc(pendo_multi.sockets, room * sizeof(PendoHttpSocket));
	if (sockets == NULL)
		return false;
	pendo_multi.sockets = sockets;
	pendo_multi.socket_room = room;
	return true;
}

/* libcurl's callback: record what to wait for on a socket. */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_arg)
{
	static const uint32 events[] = {
		[CURL_POLL_IN] = WL_SOCKET_READABLE,
		[CURL_POLL_OUT] = WL_SOCKET_WRITEABLE,
		[CURL_POLL_INOUT] = WL_SOCKET_READABLE | WL_SOCKET_WRITEABLE,
	};
	int i = find_socket(fd);

	if (what == CURL_POLL_REMOVE)
	{
		if (i >= 0)
			pendo_multi.sockets[i] = pendo_multi
										 .sockets[--pendo_multi.socket_count];
		return 0;
	}
	if (i < 0)
	{
		if (!grow_sockets())
			return -1;
		i = pendo_multi.socket_count++;
	}
	pendo_multi.sockets[i].fd = fd;
	pendo_multi.sockets[i].events = what >= 0 && what < lengthof(events)
										? events[what]
										: 0;
	return 0;
}

/* libcurl's callback: record when it wants to be called. */
static int
on_timer(CURLM *handle, long timeout, void *arg)
{
	pendo_multi.timer = timeout < 0
							? -1
							: pendo_monotonic_us() + (int64) timeout * 1000;
	return 0;
}

/*
 * Around every call that may do work.  Nothing between the two can raise.
 */
void
pendo_http_multi_enter(void)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &pendo_multi.saved_mask);
	pendo_multi.busy = true;
}

void
pendo_http_multi_leave(void)
{
	pendo_multi.busy = false;
	pthread_sigmask(SIG_SETMASK, &pendo_multi.saved_mask, NULL);
}

/* A request has ended; its result is in its outcome. */
static void
end_request(PendoHttpRequest *request)
{
	if (request->added && pendo_multi.handle != NULL)
	{
		pendo_http_multi_enter();
		curl_multi_remove_handle(pendo_multi.handle, request->easy);
		pendo_http_multi_leave();
	}
	request->added = false;
	pendo_http_multi_enter();
	pendo_http_transfer_release(request);
	pendo_http_multi_leave();
	if (request->link.next != NULL)
	{
		dlist_delete(&request->link);
		pendo_multi.request_count--;
		if (pendo_multi.request_count == 0)
			pendo_multi.most_requests = 0;
	}
	request->link.next = request->link.prev = NULL;
}

void
pendo_http_multi_finish(PendoHttpRequest *request, CURLcode code)
{
	pendo_http_outcome_fill(request, code);
	request->state = request->outcome.result == PENDO_HTTP_OK
						 ? PENDO_HTTP_DONE
						 : PENDO_HTTP_FAILED;
	end_request(request);
	pendo_multi.news = true;
}

/*
 * Give up the multi handle without calling libcurl: an error once jumped out
 * of it, so its state is not to be trusted.  Memory and sockets of what it
 * held are lost; that is better than a crash.
 */
void
pendo_http_multi_discard(void)
{
	dlist_mutable_iter iter;

	pendo_multi.handle = NULL;
	pendo_multi.busy = false;
	pendo_multi.socket_count = 0;
	connection_count = 0;
	pendo_multi.timer = -1;
	dlist_foreach_modify(iter, &pendo_multi.requests)
	{
		PendoHttpRequest *request = dlist_container(PendoHttpRequest, link,
													iter.cur);

		request->easy = NULL;
		request->headers = NULL;
		request->secret = NULL;
		request->added = false;
		request->failure = PENDO_HTTP_PROTOCOL;
		strlcpy(request->failure_text, "the transfer was abandoned",
				sizeof(request->failure_text));
		pendo_http_multi_finish(request, CURLE_ABORTED_BY_CALLBACK);
	}
}

/* Close all kept connections; there must be no request. */
static void
close_multi(void)
{
	pendo_http_multi_enter();
	curl_multi_cleanup(pendo_multi.handle);
	pendo_http_multi_leave();
	pendo_multi.handle = NULL;
	pendo_multi.socket_count = 0;
	pendo_multi.timer = -1;
	for (int i = 0; i < OWN_DESCRIPTORS; i++)
		ReleaseExternalFD();
}

static void
check_multi(CURLMcode code)
{
	if (code == CURLM_OK)
		return;
	ereport(ERROR, (errcode(ERRCODE_FDW_ERROR),
					errmsg("could not prepare HTTP requests"),
					errdetail("libcurl says: %s.", curl_multi_strerror(code))));
}

static void
open_multi(void)
{
	static bool is_initialized = false;

	if (!is_initialized)
	{
		if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
			ereport(ERROR, (errcode(ERRCODE_FDW_ERROR),
							errmsg("could not initialize libcurl")));
		dlist_init(&pendo_multi.requests);
		is_initialized = true;
	}
	pendo_multi.handle = curl_multi_init();
	if (pendo_multi.handle == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	for (int i = 0; i < OWN_DESCRIPTORS; i++)
		ReserveExternalFD();
	check_multi(curl_multi_setopt(pendo_multi.handle, CURLMOPT_SOCKETFUNCTION,
								  on_socket));
	check_multi(curl_multi_setopt(pendo_multi.handle, CURLMOPT_TIMERFUNCTION,
								  on_timer));
	check_multi(curl_multi_setopt(pendo_multi.handle, CURLMOPT_PIPELINING,
								  (long) CURLPIPE_NOTHING));
}

/* Who opened a tunnel, as far as the proxy knows. */
static uint64
identity_of(const PendoHttpRoute *route, const PendoHttpTarget *target)
{
	const char *user = route->proxy_user ? route->proxy_user : "";
	const char *password = route->proxy_password ? route->proxy_password : "";
	uint64 hash;

	if (!target->via_proxy)
		return 0;
	hash = hash_bytes_extended((const unsigned char *) user, strlen(user), 1);
	return hash_bytes_extended((const unsigned char *) password,
							   strlen(password), hash) |
		   1;
}

/*
 * Make the multi handle ready for one more request.  libcurl reuses a tunnel
 * without asking who opened it, so connections are kept for one proxy user at
 * a time: with another, those kept are closed, or if that cannot be now, the
 * request gets a connection of its own ("shared" is false).
 */
void
pendo_http_multi_prepare(const PendoHttpRoute *route,
						 const PendoHttpTarget *target, bool *shared)
{
	uint64 identity = identity_of(route, target);

	if (pendo_multi.busy)
		pendo_http_multi_discard();
	*shared = true;
	if (target->via_proxy && pendo_multi.handle != NULL &&
		pendo_multi.identity != identity)
	{
		if (dlist_is_empty(&pendo_multi.requests))
			close_multi();
		else
			*shared = false;
	}
	if (pendo_multi.handle == NULL)
	{
		open_multi();
		pendo_multi.identity = identity;
	}
	if (target->via_proxy && *shared)
		pendo_multi.identity = identity;
}

/* Note a request of this backend; its end takes it off the list. */
void
pendo_http_multi_list(PendoHttpRequest *request)
{
	dlist_push_tail(&pendo_multi.requests, &request->link);
	pendo_multi.request_count++;
	pendo_multi.most_requests = Max(pendo_multi.most_requests,
									pendo_multi.request_count);
}

/* Hand a prepared transfer to libcurl, which begins with the next wait. */
void
pendo_http_multi_add(PendoHttpRequest *request)
{
	CURLMcode code;

	check_multi(curl_multi_setopt(pendo_multi.handle, CURLMOPT_MAXCONNECTS,
								  (long) Max(KEPT_CONNECTIONS,
											 pendo_multi.most_requests)));
	pendo_http_multi_enter();
	code = curl_multi_add_handle(pendo_multi.handle, request->easy);
	pendo_http_multi_leave();
	check_multi(code);
	request->added = true;
}

/* Drop a request, whatever its state.  Cannot fail. */
void
pendo_http_multi_remove(PendoHttpRequest *request)
{
	if (pendo_multi.busy)
		pendo_http_multi_discard();
	end_request(request);
}

/* There is something for the next waiter. */
void
pendo_http_multi_notice(void)
{
	pendo_multi.news = true;
}
