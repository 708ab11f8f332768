/*-------------------------------------------------------------------------
 *
 * http/multi.c
 *	  The backend's multi handle, and the one place that waits.
 *
 * libcurl never waits itself.  It tells through two callbacks which sockets
 * and which time it is interested in; these only record.  A wait makes a
 * WaitEventSet of the latch, postmaster death and those sockets, frees it, and
 * only then tells libcurl what happened, because libcurl may close a socket.
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

#include <limits.h>
#include <pthread.h>
#include <signal.h>

#include "http/request.h"

#include "common/hashfn.h"
#include "compat.h"
#include "http/clock.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/memutils.h"

/*
 * Connections kept for the next statement.  Each is a file descriptor here
 * and one at the remote system.
 */
#define KEPT_CONNECTIONS 8L

/* Descriptors that libcurl makes for itself: a pair to be woken through. */
#define OWN_DESCRIPTORS 2

/* The latch and postmaster death. */
#define OWN_EVENTS 2

/*
 * How many finished events are taken from the kernel at once; more are found
 * by the next wait.
 */
#define MAX_OCCURRED 64

typedef struct HttpSocket
{
	curl_socket_t fd;
	uint32 events; /* WL_SOCKET_* */
} HttpSocket;

typedef struct HttpMulti
{
	CURLM *handle;		 /* NULL before the first use */
	bool busy;			 /* libcurl is at work: see discard() */
	bool news;			 /* something to tell the next waiter */
	int64 timer;		 /* when libcurl wants to be called; -1: never */
	uint64 identity;	 /* of the proxy user of kept connections */
	dlist_head requests; /* all that have not ended */
	HttpSocket *sockets; /* malloc'ed: it grows within a callback */
	int socket_count;
	int socket_room;
	sigset_t saved_mask;
} HttpMulti;

static HttpMulti multi = {.timer = -1};

static int
find_socket(curl_socket_t fd)
{
	for (int i = 0; i < multi.socket_count; i++)
	{
		if (multi.sockets[i].fd == fd)
			return i;
	}
	return -1;
}

static bool
grow_sockets(void)
{
	int room = multi.socket_room == 0 ? 16 : multi.socket_room * 2;
	HttpSocket *sockets;

	if (multi.socket_count < multi.socket_room)
		return true;
	sockets = realloc(multi.sockets, room * sizeof(HttpSocket));
	if (sockets == NULL)
		return false;
	multi.sockets = sockets;
	multi.socket_room = room;
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
			multi.sockets[i] = multi.sockets[--multi.socket_count];
		return 0;
	}
	if (i < 0)
	{
		if (!grow_sockets())
			return -1;
		i = multi.socket_count++;
	}
	multi.sockets[i].fd = fd;
	multi.sockets[i].events = what >= 0 && what < lengthof(events)
								  ? events[what]
								  : 0;
	return 0;
}

/* libcurl's callback: record when it wants to be called. */
static int
on_timer(CURLM *handle, long timeout, void *arg)
{
	multi.timer = timeout < 0 ? -1
							  : pendo_monotonic_us() + (int64) timeout * 1000;
	return 0;
}

/*
 * Around every call that may do work.  Nothing between the two can raise.
 */
static void
enter_libcurl(void)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &multi.saved_mask);
	multi.busy = true;
}

static void
leave_libcurl(void)
{
	multi.busy = false;
	pthread_sigmask(SIG_SETMASK, &multi.saved_mask, NULL);
}

/* A request has ended; its result is in its outcome. */
static void
end_request(PendoHttpRequest *request)
{
	if (request->added && multi.handle != NULL)
	{
		enter_libcurl();
		curl_multi_remove_handle(multi.handle, request->easy);
		leave_libcurl();
	}
	request->added = false;
	enter_libcurl();
	pendo_http_transfer_release(request);
	leave_libcurl();
	if (request->link.next != NULL)
		dlist_delete(&request->link);
	request->link.next = request->link.prev = NULL;
}

static void
finish(PendoHttpRequest *request, CURLcode code)
{
	pendo_http_outcome_fill(request, code);
	request->state = request->outcome.result == PENDO_HTTP_OK
						 ? PENDO_HTTP_DONE
						 : PENDO_HTTP_FAILED;
	end_request(request);
	multi.news = true;
}

/*
 * Give up the multi handle without calling libcurl: an error once jumped out
 * of it, so its state is not to be trusted.  Memory and sockets of what it
 * held are lost; that is better than a crash.
 */
static void
discard(void)
{
	dlist_mutable_iter iter;

	multi.handle = NULL;
	multi.busy = false;
	multi.socket_count = 0;
	multi.timer = -1;
	dlist_foreach_modify(iter, &multi.requests)
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
		finish(request, CURLE_ABORTED_BY_CALLBACK);
	}
}

/* Close all kept connections; there must be no request. */
static void
close_multi(void)
{
	enter_libcurl();
	curl_multi_cleanup(multi.handle);
	leave_libcurl();
	multi.handle = NULL;
	multi.socket_count = 0;
	multi.timer = -1;
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
		dlist_init(&multi.requests);
		is_initialized = true;
	}
	multi.handle = curl_multi_init();
	if (multi.handle == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	for (int i = 0; i < OWN_DESCRIPTORS; i++)
		ReserveExternalFD();
	check_multi(
		curl_multi_setopt(multi.handle, CURLMOPT_SOCKETFUNCTION, on_socket));
	check_multi(
		curl_multi_setopt(multi.handle, CURLMOPT_TIMERFUNCTION, on_timer));
	check_multi(curl_multi_setopt(multi.handle, CURLMOPT_PIPELINING,
								  (long) CURLPIPE_NOTHING));
	check_multi(curl_multi_setopt(multi.handle, CURLMOPT_MAXCONNECTS,
								  KEPT_CONNECTIONS));
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

	if (multi.busy)
		discard();
	*shared = true;
	if (target->via_proxy && multi.handle != NULL && multi.identity != identity)
	{
		if (dlist_is_empty(&multi.requests))
			close_multi();
		else
			*shared = false;
	}
	if (multi.handle == NULL)
	{
		open_multi();
		multi.identity = identity;
	}
	if (target->via_proxy && *shared)
		multi.identity = identity;
}

/* Note a request of this backend; its end takes it off the list. */
void
pendo_http_multi_list(PendoHttpRequest *request)
{
	dlist_push_tail(&multi.requests, &request->link);
}

/* Hand a prepared transfer to libcurl, which begins with the next wait. */
void
pendo_http_multi_add(PendoHttpRequest *request)
{
	CURLMcode code;

	enter_libcurl();
	code = curl_multi_add_handle(multi.handle, request->easy);
	leave_libcurl();
	check_multi(code);
	request->added = true;
}

/* Drop a request, whatever its state.  Cannot fail. */
void
pendo_http_multi_remove(PendoHttpRequest *request)
{
	if (multi.busy)
		discard();
	end_request(request);
}

/* There is something for the next waiter. */
void
pendo_http_multi_notice(void)
{
	multi.news = true;
}

/*
 * libcurl's connect timeout also runs while nobody waits, as between two
 * FETCHes of a cursor.  If ours has time left, nothing was sent and the
 * request begins anew.
 */
static bool
restart_if_early(PendoHttpRequest *request, CURLcode code)
{
	int64 limit = request->limit[PENDO_PHASE_CONNECT];
	CURLMcode added;

	/* the two clocks may differ by the time that one wait takes to return */
	if (code != CURLE_OPERATION_TIMEDOUT ||
		request->phase != PENDO_PHASE_CONNECT ||
		(limit > 0 && request->idle > limit - limit / 10))
		return false;
	enter_libcurl();
	curl_multi_remove_handle(multi.handle, request->easy);
	added = curl_multi_add_handle(multi.handle, request->easy);
	leave_libcurl();
	request->added = added == CURLM_OK;
	request->error[0] = '\0';
	return request->added;
}

static PendoHttpRequest *
request_of(CURL *easy)
{
	char *request = NULL;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &request);
	return (PendoHttpRequest *) request;
}

/* Take note of transfers that libcurl has ended. */
static void
collect_finished(void)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(multi.handle, &left)) != NULL)
	{
		CURLcode code = message->data.result;
		PendoHttpRequest *request;

		if (message->msg != CURLMSG_DONE)
			continue;
		request = request_of(message->easy_handle);
		if (!restart_if_early(request, code))
			finish(request, code);
	}
}

/* End requests whose callbacks found something wrong. */
static void
collect_failed(void)
{
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, &multi.requests)
	{
		PendoHttpRequest *request = dlist_container(PendoHttpRequest, link,
													iter.cur);

		if (request->failure != PENDO_HTTP_OK)
			finish(request, CURLE_ABORTED_BY_CALLBACK);
		else if (request->header_complete)
			pendo_http_transfer_forget_secret(request);
	}
}

static void
act(curl_socket_t fd, int what)
{
	CURLMcode code;
	int running;

	enter_libcurl();
	code = curl_multi_socket_action(multi.handle, fd, what, &running);
	leave_libcurl();
	if (code != CURLM_OK)
		elog(LOG, "libcurl says on socket %d: %s", (int) fd,
			 curl_multi_strerror(code));
}

/* Let transfers go on whose owner has read enough from the buffer. */
static void
resume_paused(void)
{
	dlist_iter iter;

	dlist_foreach(iter, &multi.requests)
	{
		PendoHttpRequest *request = dlist_container(PendoHttpRequest, link,
													iter.cur);

		if (!request->paused ||
			request->filled - request->taken > request->buffer_size / 2)
			continue;
		request->paused = false;
		request->idle = 0;
		enter_libcurl();
		curl_easy_pause(request->easy, CURLPAUSE_CONT);
		leave_libcurl();
	}
}

/* The time during which a request may still show no sign of life, or -1. */
static int64
time_left(const PendoHttpRequest *request)
{
	int64 limit = request->limit[request->phase];

	if (limit == 0 || request->paused)
		return -1;
	return Max(limit - request->idle, 0);
}

/*
 * Count time against every request's limit.  Only time spent in a wait
 * counts: what the owner does in between is not the remote system's fault.
 */
static void
charge(int64 elapsed)
{
	dlist_iter iter;

	dlist_foreach(iter, &multi.requests)
	{
		PendoHttpRequest *request = dlist_container(PendoHttpRequest, link,
													iter.cur);

		if (!request->paused)
			request->idle += elapsed;
	}
}

static void
end_overdue(void)
{
	static const PendoHttpResult results[] = {
		[PENDO_PHASE_CONNECT] = PENDO_HTTP_CONNECT_TIMEOUT,
		[PENDO_PHASE_FIRST_BYTE] = PENDO_HTTP_FIRST_BYTE_TIMEOUT,
		[PENDO_PHASE_BODY] = PENDO_HTTP_STALLED,
	};
	static const char *const texts[] = {
		[PENDO_PHASE_CONNECT] = "no connection within %ld ms",
		[PENDO_PHASE_FIRST_BYTE] = "no answer within %ld ms",
		[PENDO_PHASE_BODY] = "no further byte within %ld ms",
	};
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, &multi.requests)
	{
		PendoHttpRequest *request = dlist_container(PendoHttpRequest, link,
													iter.cur);

		if (time_left(request) != 0)
			continue;
		request->failure = results[request->phase];
		snprintf(request->failure_text, sizeof(request->failure_text),
				 texts[request->phase],
				 (long) (request->limit[request->phase] / 1000));
		finish(request, CURLE_ABORTED_BY_CALLBACK);
	}
}

/* The soonest of the caller's, libcurl's and our own deadlines; ms or -1. */
static long
next_timeout(int64 now, int64 deadline)
{
	int64 soonest = deadline < 0 ? -1 : Max(deadline - now, 0);
	dlist_iter iter;

	if (multi.handle != NULL && multi.timer >= 0)
	{
		int64 left = Max(multi.timer - now, 0);

		soonest = soonest < 0 ? left : Min(soonest, left);
	}
	if (multi.handle != NULL)
	{
		dlist_foreach(iter, &multi.requests)
		{
			int64 left = time_left(
				dlist_container(PendoHttpRequest, link, iter.cur));

			if (left >= 0)
				soonest = soonest < 0 ? left : Min(soonest, left);
		}
	}
	if (soonest < 0)
		return -1;
	return (long) Min((soonest + 999) / 1000, INT_MAX);
}

static uint32
wait_event(void)
{
	static uint32 event = 0;

	if (event == 0)
		event = pendo_wait_event("PendoHttp");
	return event;
}

/*
 * Wait for the latch, postmaster death and the sockets; returns how many
 * events were stored in "occurred".  The set is freed on every way out.
 */
static int
wait_for_events(long timeout, WaitEvent *occurred)
{
	WaitEventSet *set;
	uint32 event = wait_event();
	volatile int count = 0; /* survives the longjmp of an error */

	set = pendo_create_wait_event_set(multi.socket_count + OWN_EVENTS);
	PG_TRY();
	{
		AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, NULL);
		AddWaitEventToSet(set, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET, NULL,
						  NULL);
		for (int i = 0; i < multi.socket_count; i++)
		{
			if (multi.sockets[i].events != 0)
				AddWaitEventToSet(set, multi.sockets[i].events,
								  multi.sockets[i].fd, NULL, NULL);
		}
		count = WaitEventSetWait(set, timeout, occurred, MAX_OCCURRED, event);
	}
	PG_FINALLY();
	{
		FreeWaitEventSet(set);
	}
	PG_END_TRY();
	return count;
}

static bool
latch_was_set(const WaitEvent *occurred, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (occurred[i].events & WL_LATCH_SET)
			return true;
	}
	return false;
}

/* Tell libcurl what happened on its sockets. */
static void
handle_events(const WaitEvent *occurred, int count)
{
	for (int i = 0; i < count; i++)
	{
		int what = 0;

		if (occurred[i].events & WL_LATCH_SET)
			continue;
		if (occurred[i].events & WL_SOCKET_READABLE)
			what |= CURL_CSELECT_IN;
		if (occurred[i].events & WL_SOCKET_WRITEABLE)
			what |= CURL_CSELECT_OUT;
		act(occurred[i].fd, what);
	}
}

/* Let libcurl do what is due by time, and look at what came of all. */
static void
drive(void)
{
	if (multi.handle == NULL)
		return;
	while (multi.timer >= 0 && multi.timer <= pendo_monotonic_us())
	{
		multi.timer = -1;
		act(CURL_SOCKET_TIMEOUT, 0);
	}
	collect_finished();
	collect_failed();
	end_overdue();
}

void
pendo_http_wait(long timeout)
{
	int64 mark = pendo_monotonic_us();
	int64 deadline = timeout < 0 ? -1 : mark + (int64) timeout * 1000;
	bool latch_set = false;

	if (multi.busy)
		discard();
	CHECK_FOR_INTERRUPTS();
	if (multi.handle != NULL)
		resume_paused();
	drive();
	while (!multi.news && !latch_set)
	{
		WaitEvent occurred[MAX_OCCURRED];
		int64 now = pendo_monotonic_us();
		int count;

		count = wait_for_events(next_timeout(now, deadline), occurred);
		latch_set = latch_was_set(occurred, count);
		if (latch_set)
			ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();

		now = pendo_monotonic_us();
		if (multi.handle != NULL)
			charge(now - mark);
		mark = now;
		handle_events(occurred, count);
		drive();
		if (deadline >= 0 && pendo_monotonic_us() >= deadline)
			break;
	}
	multi.news = false;
}
