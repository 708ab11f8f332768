/*-------------------------------------------------------------------------
 *
 * http/wait.c
 *	  The one place that waits, and what it does with what happened.
 *
 * A wait makes a WaitEventSet of the latch, postmaster death and the sockets
 * that libcurl named, frees it, and only then tells libcurl what happened,
 * because libcurl may close a socket.  One wait serves all requests.  Who does
 * not want to wait gets a look at the sockets, which needs no set.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>
#include <poll.h>

#include "http/multi.h"

#include "compat.h"
#include "http/clock.h"
#include "miscadmin.h"

/* The latch and postmaster death. */
#define OWN_EVENTS 2

/*
 * How many finished events are taken from the kernel at once; more are found
 * by the next wait.
 */
#define MAX_OCCURRED 64

/*
 * How often libcurl may ask to be called again at once before interrupts are
 * looked at.
 */
#define MAX_TURNS 10

/*
 * libcurl's connect timeout also runs while nobody waits, as between two
 * FETCHes of a cursor.  Has ours time left?
 */
static bool
is_early(const PendoHttpRequest *request, CURLcode code)
{
	int64 limit = request->limit[PENDO_PHASE_CONNECT];

	/* the two clocks may differ by the time that one wait takes to return */
	return code == CURLE_OPERATION_TIMEDOUT &&
		   request->phase == PENDO_PHASE_CONNECT &&
		   (limit == 0 || request->idle <= limit - limit / 10);
}

/* Nothing was sent: the request begins anew, with a connection of its own. */
static bool
restart(PendoHttpRequest *request)
{
	CURLMcode added;

	pendo_http_multi_enter();
	curl_multi_remove_handle(pendo_multi.handle, request->easy);
	curl_easy_setopt(request->easy, CURLOPT_FRESH_CONNECT, 1L);
	added = curl_multi_add_handle(pendo_multi.handle, request->easy);
	pendo_http_multi_leave();
	request->added = added == CURLM_OK;
	request->is_stale = false;
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

	while ((message = curl_multi_info_read(pendo_multi.handle, &left)) != NULL)
	{
		CURLcode code = message->data.result;
		PendoHttpRequest *request;

		if (message->msg != CURLMSG_DONE)
			continue;
		request = request_of(message->easy_handle);
		if (!(request->is_stale || is_early(request, code)) ||
			!restart(request))
			pendo_http_multi_finish(request, code);
	}
}

/* End requests whose callbacks found something wrong. */
static void
collect_failed(void)
{
	dlist_mutable_iter iter;

	dlist_foreach_modify(iter, &pendo_multi.requests)
	{
		PendoHttpRequest *request = dlist_container(PendoHttpRequest, link,
													iter.cur);

		if (request->failure != PENDO_HTTP_OK)
			pendo_http_multi_finish(request, CURLE_ABORTED_BY_CALLBACK);
		else if (request->header_complete)
			pendo_http_transfer_forget_secret(request);
	}
}

static void
act(curl_socket_t fd, int what)
{
	CURLMcode code;
	int running;

	pendo_http_multi_enter();
	code = curl_multi_socket_action(pendo_multi.handle, fd, what, &running);
	pendo_http_multi_leave();
	if (code != CURLM_OK)
		elog(LOG, "libcurl says on socket %d: %s", (int) fd,
			 curl_multi_strerror(code));
}

/* Let transfers go on whose owner has read enough from the buffer. */
static void
resume_paused(void)
{
	dlist_iter iter;

	dlist_foreach(iter, &pendo_multi.requests)
	{
		PendoHttpRequest *request = dlist_container(PendoHttpRequest, link,
													iter.cur);

		if (!request->paused ||
			request->filled - request->taken > request->buffer_size / 2)
			continue;
		request->paused = false;
		request->idle = 0;
		pendo_http_multi_enter();
		curl_easy_pause(request->easy, CURLPAUSE_CONT);
		pendo_http_multi_leave();
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

	dlist_foreach(iter, &pendo_multi.requests)
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

	dlist_foreach_modify(iter, &pendo_multi.requests)
	{
		PendoHttpRequest *request = dlist_container(PendoHttpRequest, link,
													iter.cur);

		if (time_left(request) != 0)
			continue;
		request->failure = results[request->phase];
		snprintf(request->failure_text, sizeof(request->failure_text),
				 texts[request->phase],
				 (long) (request->limit[request->phase] / 1000));
		pendo_http_multi_finish(request, CURLE_ABORTED_BY_CALLBACK);
	}
}

/* The soonest of the caller's, libcurl's and our own deadlines; ms or -1. */
static long
next_timeout(int64 now, int64 deadline)
{
	int64 soonest = deadline < 0 ? -1 : Max(deadline - now, 0);
	dlist_iter iter;

	if (pendo_multi.handle != NULL && pendo_multi.timer >= 0)
	{
		int64 left = Max(pendo_multi.timer - now, 0);

		soonest = soonest < 0 ? left : Min(soonest, left);
	}
	if (pendo_multi.handle != NULL)
	{
		dlist_foreach(iter, &pendo_multi.requests)
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

	set = pendo_create_wait_event_set(pendo_multi.socket_count + OWN_EVENTS);
	PG_TRY();
	{
		AddWaitEventToSet(set, WL_LATCH_SET, PGINVALID_SOCKET, MyLatch, NULL);
		AddWaitEventToSet(set, WL_EXIT_ON_PM_DEATH, PGINVALID_SOCKET, NULL,
						  NULL);
		for (int i = 0; i < pendo_multi.socket_count; i++)
		{
			if (pendo_multi.sockets[i].events != 0)
				AddWaitEventToSet(set, pendo_multi.sockets[i].events,
								  pendo_multi.sockets[i].fd, NULL, NULL);
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

/* The same for the sockets alone, as they are now: neither latch nor server. */
static int
look_at_sockets(WaitEvent *occurred)
{
	struct pollfd sockets[MAX_OCCURRED];
	int count = 0;

	for (int i = 0; i < pendo_multi.socket_count; i++)
	{
		uint32 events = pendo_multi.sockets[i].events;

		sockets[i].fd = events == 0 ? -1 : pendo_multi.sockets[i].fd;
		sockets[i].events = (events & WL_SOCKET_READABLE ? POLLIN : 0) |
							(events & WL_SOCKET_WRITEABLE ? POLLOUT : 0);
	}
	if (poll(sockets, pendo_multi.socket_count, 0) <= 0)
		return 0;
	for (int i = 0; i < pendo_multi.socket_count; i++)
	{
		uint32 events = sockets[i].revents & (POLLERR | POLLHUP | POLLNVAL)
							? pendo_multi.sockets[i].events
							: 0;

		if (sockets[i].fd < 0 || sockets[i].revents == 0)
			continue;
		events |= sockets[i].revents & POLLIN ? WL_SOCKET_READABLE : 0;
		events |= sockets[i].revents & POLLOUT ? WL_SOCKET_WRITEABLE : 0;
		occurred[count].fd = sockets[i].fd;
		occurred[count++].events = events;
	}
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
	if (pendo_multi.handle == NULL)
		return;
	for (int turns = 0; turns < MAX_TURNS && pendo_multi.timer >= 0 &&
						pendo_multi.timer <= pendo_monotonic_us();
		 turns++)
	{
		pendo_multi.timer = -1;
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

	if (pendo_multi.busy)
		pendo_http_multi_discard();
	CHECK_FOR_INTERRUPTS();
	if (pendo_multi.handle != NULL)
		resume_paused();
	drive();
	while (!pendo_multi.news && !latch_set)
	{
		WaitEvent occurred[MAX_OCCURRED];
		int64 now = pendo_monotonic_us();
		int count;

		if (timeout == 0 && pendo_multi.socket_count <= MAX_OCCURRED)
			count = look_at_sockets(occurred);
		else
			count = wait_for_events(next_timeout(now, deadline), occurred);
		latch_set = latch_was_set(occurred, count);
		if (latch_set)
			ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();

		now = pendo_monotonic_us();
		if (pendo_multi.handle != NULL)
			charge(now - mark);
		mark = now;
		handle_events(occurred, count);
		drive();
		if (deadline >= 0 && pendo_monotonic_us() >= deadline)
			break;
	}
	pendo_multi.news = false;
}

size_t
pendo_http_wait_into(PendoHttpRequest *request, char *into, size_t room,
					 long timeout)
{
	request->sink = into;
	request->sink_room = room;
	request->sunk = 0;
	PG_TRY();
	{
		pendo_http_wait(timeout);
	}
	PG_FINALLY();
	{
		/* the memory is lent for this wait alone */
		request->sink = NULL;
	}
	PG_END_TRY();
	return request->sunk;
}
