/*-------------------------------------------------------------------------
 *
 * connector/stream_window.c
 *	  Windows on their way: asked, retried, halved, set aside.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/auth.h"
#include "connector/connector.h"
#include "connector/stream_state.h"
#include "http/rate.h"
#include "miscadmin.h"
#include "utils/memutils.h"

/*
 * A window is read while it still arrives once this much of it is here, or
 * this long after its first bytes: shorter answers are whole by then, and
 * can be asked for again if they fail.
 */
#define STREAM_BYTES	(128 * 1024)
#define STREAM_DELAY_US (50 * 1000)

/*
 * After so many refusals in a row for each request that may be under way, the
 * remote system is not overtaxed but out of order.  Asking for ever less could
 * go on for hours.
 */
#define HOPELESS_HALVINGS 8

/* Of an answer that is an error, this much is kept for the message. */
#define ERROR_BODY_BYTES 2048

/* Forget an attempt: its request, its file, its body. */
static void
drop_attempt(PendoStream *stream, Window *window)
{
	if (window->request != NULL)
		stream->stats.bytes += pendo_http_request_outcome(window->request)
								   ->bytes;
	if (window->context != NULL)
		MemoryContextDelete(window->context);
	window->context = NULL;
	window->request = NULL;
	window->spool = NULL;
	memset(&window->error_body, 0, sizeof(window->error_body));
}

void
pendo_window_drop(PendoStream *stream, Window *window)
{
	drop_attempt(stream, window);
	stream->windows = list_delete_ptr(stream->windows, window);
	pfree(window);
}

static void
hold_window(Window *window, int64 delay_ms)
{
	window->state = WINDOW_HELD;
	window->held_since = 0;
	window->not_before = GetCurrentTimestamp() + delay_ms * 1000;
}

/* Send the request of a window that has the budget's leave. */
static void
send_window(PendoStream *stream, Window *window)
{
	PendoHttpSpec spec = {0};
	MemoryContext old;
	const char *path;

	window->context = AllocSetContextCreate(stream->context, "pendo_fdw window",
											ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(window->context);
	path = stream->source->request(stream->source->arg, window->what, &spec);
	pendo_auth_apply(stream->connection, path, false, &spec);
	if (stream->connection->connector->login != NULL)
		stream->look_again = true; /* a sign-in waits */
	window->request = pendo_http_request_start(window->context, &spec);
	pendo_auth_forget(&spec);
	initStringInfo(&window->error_body);
	MemoryContextSwitchTo(old);
	window->state = WINDOW_ASKED;
	window->first_bytes_at = 0;
	stream->stats.requests++;
	if (window->attempt > 1)
		stream->stats.retries++;
}

static PendoBudget *
budget_of(const PendoStream *stream, const Window *window)
{
	const PendoStreamSource *source = stream->source;

	if (source->budget == NULL)
		return stream->connection->budget;
	return source->budget(source->arg, window->what);
}

/*
 * An earlier answer asked everyone with this key to wait.  If that is longer
 * than a scan may wait before a retry, say so instead of hanging.
 */
static void
refuse_long_hold(PendoStream *stream, Window *window, int64 wait)
{
	PendoHttpOutcome outcome = {.result = PENDO_HTTP_OK, .status = 429};

	if (wait > stream->connection->retry.max_delay &&
		pendo_throttle_held_until(budget_of(stream, window)) != 0)
		pendo_window_raise(stream, window, &outcome);
}

static void
progress_held(PendoStream *stream, Window *window)
{
	TimestampTz now = GetCurrentTimestamp();
	int64 wait;

	if (now < window->not_before)
		return;
	pendo_auth_sign_in(stream->connection);
	wait = pendo_throttle_take(budget_of(stream, window),
							   stream->connection->request_class);
	if (wait > 0)
	{
		refuse_long_hold(stream, window, wait);
		if (window->held_since == 0)
			window->held_since = now;
		window->not_before = now + wait * 1000;
		return;
	}
	if (window->held_since != 0)
		stream->stats.budget_wait_us += now - window->held_since;
	send_window(stream, window);
}

/*
 * Raise what went wrong with a window.
 */
void
pendo_window_raise(PendoStream *stream, Window *window,
				   const PendoHttpOutcome *outcome)
{
	PendoHttpContext context = {0};

	stream->failed = window;
	context.server = stream->connection->name;
	context.object = stream->source->object;
	context.host = stream->connection->host;
	context.hints = stream->connection->connector->hints;
	context.attempts = window->attempt;
	if (outcome->status == 429 || outcome->is_limited)
		context.opens_at = pendo_throttle_held_until(budget_of(stream, window));
	if (window->request != NULL)
		context.request_id = pendo_http_request_header(window->request,
													   "x-request-id");
	context.body = window->error_body.data;
	context.body_length = window->error_body.len;

	/* What came in full is as damaged in a spool. */
	if (stream->current_rows > 0 && stream->current == window &&
		pendo_http_request_state(window->request) == PENDO_HTTP_FAILED)
		context.hint =
			"Rows of this window had already been used, so it "
			"could not be asked for again; the option spool 'all' avoids that.";
	context.secret = pendo_auth_secret(stream->connection, false);
	pendo_http_raise(outcome, &context);
}

/* Ask for the parts of a window instead; false if it has none. */
static bool
split_window(PendoStream *stream, Window *window)
{
	MemoryContext old = MemoryContextSwitchTo(stream->context);
	List *parts = NIL;

	if (stream->source->split != NULL)
		parts = stream->source->split(stream->source->arg, window->what);

	stream->look_again = true;
	if (parts != NIL)
	{
		stream->pending = list_concat(parts, stream->pending);
		stream->stats.splits++;
		pendo_window_drop(stream, window);
	}
	MemoryContextSwitchTo(old);
	return parts != NIL;
}

/* The session was over: ask again at once, with another; once a window. */
static bool
renew_session(PendoStream *stream, Window *window,
			  const PendoHttpOutcome *outcome, const char *body)
{
	if (window->is_renewed ||
		!pendo_auth_renew(stream->connection, outcome, body))
		return false;
	window->is_renewed = true;
	drop_attempt(stream, window);
	hold_window(window, 0);
	stream->look_again = true; /* others had news while that took its time */
	return true;
}

/* What the connector reads in an error's text, beyond its status. */
static bool
look_at_error(PendoStream *stream, Window *window, PendoHttpOutcome *outcome)
{
	const PendoConnector *connector = stream->connection->connector;
	MemoryContext old;
	char *body;
	size_t length;

	if (outcome->status < 400 || window->error_body.len == 0)
		return renew_session(stream, window, outcome, NULL);
	old = MemoryContextSwitchTo(window->context);
	body = pendo_http_plain_text(window->error_body.data,
								 window->error_body.len, &length);
	MemoryContextSwitchTo(old);
	outcome->is_limited = connector->is_limited != NULL &&
						  connector->is_limited(outcome->status, body);
	return renew_session(stream, window, outcome, body);
}

/*
 * A window's request ended badly, before any of its rows were used: try it
 * again, ask for less, or raise the error.  May free the window.
 */
void
pendo_window_judge(PendoStream *stream, Window *window,
				   const PendoHttpOutcome *found)
{
	PendoHttpOutcome copy = *found;
	PendoHttpOutcome *outcome = &copy;
	const char *retry_after = window->request == NULL
								  ? NULL
								  : pendo_http_request_header(window->request,
															  "Retry-After");
	PendoRetryDecision decision;

	if (look_at_error(stream, window, outcome))
		return;
	decision = pendo_retry_decide(&stream->connection->retry, window->attempt,
								  outcome, retry_after);
	if (decision.throttled)
		pendo_throttle_hold(budget_of(stream, window),
							GetCurrentTimestamp() + decision.delay * 1000);
	if (decision.action == PENDO_RETRY_SMALLER)
	{
		if (++stream->too_much <=
				HOPELESS_HALVINGS * stream->connection->max_requests &&
			split_window(stream, window))
			return;
		if (window->attempt >= stream->connection->retry.max_attempts)
			decision.action = PENDO_RETRY_GIVE_UP;
	}
	if (decision.action == PENDO_RETRY_GIVE_UP)
		pendo_window_raise(stream, window, outcome);
	drop_attempt(stream, window);
	if (!decision.is_free)
		window->attempt++;
	stream->stats.retry_wait_us += decision.delay * 1000;
	hold_window(window, decision.delay);
}

/* Set aside what came, if nobody reads it now. */
static void
drain_window(PendoStream *stream, Window *window)
{
	size_t length;

	if (window == stream->current)
		return;
	while ((length = pendo_http_request_read(window->request, stream->input,
											 INPUT_BYTES)) > 0)
	{
		MemoryContext old = MemoryContextSwitchTo(window->context);

		if (window->spool == NULL)
			window->spool = pendo_spool_create(window->context,
											   stream->is_ahead);
		pendo_spool_append(window->spool, stream->input, length);
		MemoryContextSwitchTo(old);
		stream->stats.spooled += length;
	}
}

/*
 * The header of an answer is here: rows, or an error?
 */
static void
progress_asked(PendoStream *stream, Window *window)
{
	int status = pendo_http_request_status(window->request);

	if (status != 0)
		pendo_http_learn_rate(window->request, budget_of(stream, window));
	if (status >= 200 && status < 300)
		window->state = WINDOW_COMING;
	else if (status != 0)
		window->state = WINDOW_REFUSED;
	else if (pendo_http_request_state(window->request) != PENDO_HTTP_RUNNING)
	{
		PendoHttpOutcome outcome;

		outcome = *pendo_http_request_outcome(window->request);
		pendo_window_judge(stream, window, &outcome);
	}
}

static void
progress_refused(PendoStream *stream, Window *window)
{
	PendoHttpOutcome outcome;
	char piece[ERROR_BODY_BYTES];
	size_t length;

	while (window->error_body.len < ERROR_BODY_BYTES &&
		   (length = pendo_http_request_read(window->request, piece,
											 ERROR_BODY_BYTES -
												 window->error_body.len)) > 0)
		appendBinaryStringInfo(&window->error_body, piece, length);
	if (window->error_body.len < ERROR_BODY_BYTES &&
		pendo_http_request_state(window->request) == PENDO_HTTP_RUNNING)
		return;

	/* The status tells enough, even if its explanation was cut. */
	outcome = *pendo_http_request_outcome(window->request);
	outcome.result = PENDO_HTTP_OK;
	pendo_window_judge(stream, window, &outcome);
}

static void
progress_coming(PendoStream *stream, Window *window)
{
	PendoHttpState state = pendo_http_request_state(window->request);

	if (window->first_bytes_at == 0 &&
		pendo_http_request_waiting(window->request) > 0)
		window->first_bytes_at = GetCurrentTimestamp();
	if (window == stream->current)
		return;
	drain_window(stream, window);
	if (state == PENDO_HTTP_DONE)
	{
		window->state = WINDOW_WHOLE;
		stream->too_much = 0;
		pendo_http_request_shed(window->request);

		/* Ahead of its reader the stream may now begin another one. */
		stream->look_again = stream->look_again || stream->is_ahead;
	}
	else if (state == PENDO_HTTP_FAILED)
	{
		PendoHttpOutcome outcome;

		outcome = *pendo_http_request_outcome(window->request);
		pendo_window_judge(stream, window, &outcome);
	}
}

/*
 * Move a window as far as what has arrived allows: there may be no further
 * news of it to wait for.  May free it.
 */
static void
progress_window(PendoStream *stream, Window *window)
{
	if (window->state == WINDOW_HELD)
		progress_held(stream, window);
	if (window->state == WINDOW_ASKED)
	{
		progress_asked(stream, window);
		if (!list_member_ptr(stream->windows, window))
			return;
	}
	if (window->state == WINDOW_REFUSED)
		progress_refused(stream, window);
	else if (window->state == WINDOW_COMING)
		progress_coming(stream, window);
}

/* Windows under way; those that nobody reads yet take nobody's place. */
static int
busy_windows(const PendoStream *stream)
{
	int count = 0;
	ListCell *cell;

	foreach(cell, stream->windows)
	{
		const Window *window = lfirst(cell);

		if (!stream->is_ahead || window->state != WINDOW_WHOLE)
			count++;
	}
	return count;
}

/* Begin windows up to the number allowed, then move each as far as it goes. */
void
pendo_windows_progress(PendoStream *stream)
{
	List *windows;
	ListCell *cell;

	while (stream->pending != NIL &&
		   busy_windows(stream) < stream->connection->max_requests)
	{
		MemoryContext old = MemoryContextSwitchTo(stream->context);
		Window *window = palloc0(sizeof(Window));

		window->what = linitial(stream->pending);
		window->attempt = 1;
		hold_window(window, 0);
		stream->windows = lappend(stream->windows, window);
		stream->pending = list_delete_first(stream->pending);
		MemoryContextSwitchTo(old);
	}

	/* A step may take its window out of the list. */
	windows = list_copy(stream->windows);
	foreach(cell, windows)
	{
		progress_window(stream, lfirst(cell));
	}
	list_free(windows);
}

/* Bytes of a window that can be read now. */
static uint64
bytes_here(const Window *window)
{
	return pendo_http_request_waiting(window->request) +
		   (window->spool ? pendo_spool_size(window->spool) : 0);
}

/* A window to read: one that is whole, else one worth streaming. */
Window *
pendo_windows_ready(PendoStream *stream)
{
	TimestampTz now = GetCurrentTimestamp();
	ListCell *cell;

	foreach(cell, stream->windows)
	{
		Window *window = lfirst(cell);

		if (window->state == WINDOW_WHOLE)
			return window;
	}
	if (stream->source->spool == PENDO_SPOOL_ALL)
		return NULL;
	foreach(cell, stream->windows)
	{
		Window *window = lfirst(cell);

		if (window->state == WINDOW_COMING && window->first_bytes_at != 0 &&
			(bytes_here(window) >= STREAM_BYTES ||
			 now - window->first_bytes_at >= STREAM_DELAY_US))
			return window;
	}
	return NULL;
}

/* How long nothing but the network can change anything, ms; -1: for ever. */
static long
longest_wait(const PendoStream *stream)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz next = PG_INT64_MAX;
	ListCell *cell;

	foreach(cell, stream->windows)
	{
		const Window *window = lfirst(cell);

		if (window->state == WINDOW_HELD)
			next = Min(next, window->not_before);
		else if (window->state == WINDOW_COMING && stream->current == NULL &&
				 stream->source->spool == PENDO_SPOOL_AUTO &&
				 window->first_bytes_at != 0)
			next = Min(next, window->first_bytes_at + STREAM_DELAY_US);
	}
	if (next == PG_INT64_MAX)
		return -1;
	/* Rounded up, lest the last millisecond be spent in circles. */
	return next <= now ? 0 : (long) ((next - now + 999) / 1000);
}

size_t
pendo_windows_wait(PendoStream *stream, char *into, size_t room)
{
	TimestampTz before = GetCurrentTimestamp();
	size_t length = 0;

	if (stream->look_again)
	{
		stream->look_again = false;
		return 0;
	}
	if (into != NULL)
		length = pendo_http_wait_into(stream->current->request, into, room,
									  longest_wait(stream));
	else
		pendo_http_wait(longest_wait(stream));
	stream->stats.network_wait_us += GetCurrentTimestamp() - before;
	return length;
}
