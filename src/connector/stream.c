/*-------------------------------------------------------------------------
 *
 * connector/stream.c
 *	  Rows of one scan, from several requests at once.
 *
 * Each window is asked for by a request of its own, a few at a time.  The
 * rows of one window at a time are read, straight from its socket if it is
 * still arriving; what the others receive meanwhile is set aside, compressed
 * as it came.  README.md draws the states.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "connector/connection.h"
#include "connector/stream.h"
#include "http/inflate.h"
#include "http/rate.h"
#include "http/secret.h"
#include "http/spool.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

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

/* Step in which compressed bytes are taken. */
#define INPUT_BYTES (64 * 1024)

/* Of a header field, so many characters are said. */
#define FIELD_TEXT_LIMIT 80

/* Of an answer that is an error, this much is kept for the message. */
#define ERROR_BODY_BYTES 2048

typedef enum WindowState
{
	WINDOW_HELD,	/* waits for the budget or before a retry */
	WINDOW_ASKED,	/* sent; the answer's header is not here */
	WINDOW_REFUSED, /* an error status; its body is collected */
	WINDOW_COMING,	/* its rows arrive */
	WINDOW_WHOLE	/* all of it was received */
} WindowState;

typedef struct Window
{
	WindowState state;
	const void *what;			/* the connector's */
	int attempt;				/* 1 for the first */
	TimestampTz not_before;		/* HELD: when to try */
	TimestampTz held_since;		/* HELD by the budget; 0: not */
	TimestampTz first_bytes_at; /* COMING; 0: none yet */
	MemoryContext context;		/* of one attempt: all below */
	PendoHttpRequest *request;
	PendoSpool *spool;
	StringInfoData error_body;
} Window;

struct PendoStream
{
	MemoryContext context;
	MemoryContextCallback release;
	PendoConnection *connection;
	const PendoStreamSource *source;
	List *pending; /* of const void *: windows not begun */
	List *windows; /* of Window *: begun, not ended */
	PendoJsonValue *values;
	PendoStreamStats stats;
	PendoStreamStats reported; /* with what is under way */
	bool look_again;		   /* somebody waited since: news may be here */
	int too_much; /* requests refused as such since a window was whole */

	/* The window whose rows are being read. */
	Window *current;
	Window *failed; /* the one that an error is about */
	PendoJsonReader *reader;
	PendoInflate *inflate; /* NULL: not compressed */
	bool inflate_ended;
	char *input; /* compressed bytes, INPUT_BYTES */
	size_t input_at;
	size_t input_end;
	uint64 current_rows;
	bool is_broken; /* its transfer failed: see outcome */
	PendoHttpOutcome outcome;
};

static size_t fill_reader(void *arg, char *into, size_t room);
static void
pg_attribute_noreturn() raise_failure(PendoStream *stream, Window *window,
									  const PendoHttpOutcome *outcome);

/* The reader's memory is not palloc'ed. */
static void
release_stream(void *arg)
{
	PendoStream *stream = arg;

	pendo_json_reader_free(stream->reader);
	stream->reader = NULL;
}

PendoStream *
pendo_stream_open(MemoryContext owner, PendoConnection *connection,
				  const PendoStreamSource *source, List *windows)
{
	MemoryContext context = AllocSetContextCreate(owner, "pendo_fdw stream",
												  ALLOCSET_DEFAULT_SIZES);
	PendoStream *stream = MemoryContextAllocZero(context, sizeof(PendoStream));
	MemoryContext old;

	stream->context = context;
	stream->release.func = release_stream;
	stream->release.arg = stream;
	MemoryContextRegisterResetCallback(context, &stream->release);
	old = MemoryContextSwitchTo(context);
	stream->connection = connection;
	stream->source = source;
	stream->pending = list_copy(windows);
	stream->values = palloc0(sizeof(PendoJsonValue) *
							 Max(source->path_count, 1));
	stream->input = palloc(INPUT_BYTES);
	MemoryContextSwitchTo(old);
	return stream;
}

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

static void
drop_window(PendoStream *stream, Window *window)
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
	char *secret;

	window->context = AllocSetContextCreate(stream->context, "pendo_fdw window",
											ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(window->context);
	stream->source->request(stream->source->arg, window->what, &spec);
	secret = pendo_connection_secret(stream->connection, false);
	spec.secret = secret;
	window->request = pendo_http_request_start(window->context, &spec);
	pendo_secret_forget(secret);
	initStringInfo(&window->error_body);
	MemoryContextSwitchTo(old);
	window->state = WINDOW_ASKED;
	window->first_bytes_at = 0;
	stream->stats.requests++;
	if (window->attempt > 1)
		stream->stats.retries++;
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
		pendo_throttle_held_until(stream->connection->budget) != 0)
		raise_failure(stream, window, &outcome);
}

static void
progress_held(PendoStream *stream, Window *window)
{
	TimestampTz now = GetCurrentTimestamp();
	int64 wait;

	if (now < window->not_before)
		return;
	wait = pendo_throttle_take(stream->connection->budget,
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
pg_noreturn static void
raise_failure(PendoStream *stream, Window *window,
			  const PendoHttpOutcome *outcome)
{
	PendoHttpContext context = {0};

	stream->failed = window;
	context.server = stream->connection->name;
	context.object = stream->source->object;
	context.host = stream->connection->host;
	context.attempts = window->attempt;
	if (outcome->status == 429)
		context.opens_at = pendo_throttle_held_until(
			stream->connection->budget);
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
	context.secret = pendo_connection_secret(stream->connection, false);
	pendo_http_raise(outcome, &context);
}

/* Ask for the parts of a window instead; false if it has none. */
static bool
split_window(PendoStream *stream, Window *window)
{
	MemoryContext old = MemoryContextSwitchTo(stream->context);
	List *parts = stream->source->split(stream->source->arg, window->what);

	stream->look_again = true;
	if (parts != NIL)
	{
		stream->pending = list_concat(parts, stream->pending);
		stream->stats.splits++;
		drop_window(stream, window);
	}
	MemoryContextSwitchTo(old);
	return parts != NIL;
}

/*
 * A window's request ended badly, before any of its rows were used: try it
 * again, ask for less, or raise the error.  May free the window.
 */
static void
judge_window(PendoStream *stream, Window *window,
			 const PendoHttpOutcome *outcome)
{
	const char *retry_after = window->request == NULL
								  ? NULL
								  : pendo_http_request_header(window->request,
															  "Retry-After");
	PendoRetryDecision decision;

	decision = pendo_retry_decide(&stream->connection->retry, window->attempt,
								  outcome, retry_after);
	if (decision.throttled)
		pendo_throttle_hold(stream->connection->budget,
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
		raise_failure(stream, window, outcome);
	drop_attempt(stream, window);
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
			window->spool = pendo_spool_create(window->context, false);
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
		pendo_http_learn_rate(window->request, stream->connection->budget);
	if (status >= 200 && status < 300)
		window->state = WINDOW_COMING;
	else if (status != 0)
		window->state = WINDOW_REFUSED;
	else if (pendo_http_request_state(window->request) != PENDO_HTTP_RUNNING)
	{
		PendoHttpOutcome outcome;

		outcome = *pendo_http_request_outcome(window->request);
		judge_window(stream, window, &outcome);
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
	judge_window(stream, window, &outcome);
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
	}
	else if (state == PENDO_HTTP_FAILED)
	{
		PendoHttpOutcome outcome;

		outcome = *pendo_http_request_outcome(window->request);
		judge_window(stream, window, &outcome);
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

/* Begin windows up to the number allowed, then move each as far as it goes. */
static void
progress_windows(PendoStream *stream)
{
	List *windows;
	ListCell *cell;

	while (stream->pending != NIL &&
		   list_length(stream->windows) < stream->connection->max_requests)
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
static Window *
ready_window(PendoStream *stream)
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

static void
wait_for_network(PendoStream *stream)
{
	TimestampTz before = GetCurrentTimestamp();

	if (stream->look_again)
	{
		stream->look_again = false;
		return;
	}
	pendo_http_wait(longest_wait(stream));
	stream->stats.network_wait_us += GetCurrentTimestamp() - before;
}

/* A header field for a message: cleaned, and without the key. */
static char *
field_text(PendoStream *stream, const char *field)
{
	char *secret = pendo_connection_secret(stream->connection, false);
	char *text = pstrdup(field);

	pendo_http_mask(text, strlen(text), secret);
	pendo_secret_forget(secret);
	return pendo_http_clean_text(text, strlen(text), FIELD_TEXT_LIMIT);
}

/* Prepare to read a window's rows. */
static void
begin_reading(PendoStream *stream, Window *window)
{
	const PendoStreamSource *source = stream->source;
	const char *encoding;
	PendoJsonSpec spec = {0};

	encoding = pendo_http_request_header(window->request, "Content-Encoding");
	stream->current = window;
	stream->current_rows = 0;
	stream->is_broken = false;
	stream->input_at = stream->input_end = 0;
	stream->inflate = NULL;
	stream->inflate_ended = false;
	if (encoding != NULL && pg_strcasecmp(encoding, "gzip") == 0)
		stream->inflate = pendo_inflate_create(window->context);
	else if (encoding != NULL && pg_strcasecmp(encoding, "identity") != 0)
		ereport(ERROR, (errcode(ERRCODE_FDW_ERROR),
						errmsg("answer has an encoding that was not asked for"),
						errdetail("The remote content encoding is \"%s\".",
								  field_text(stream, encoding))));
	spec.rows_member = source->rows_member;
	spec.paths = source->paths;
	spec.path_count = source->path_count;
	spec.limits = source->limits;
	spec.fill = fill_reader;
	spec.fill_arg = stream;
	stream->reader = pendo_json_reader_create(&spec);
	if (stream->reader == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
}

/* Bytes of the current window as received: set aside first, then live. */
static size_t
take_bytes(PendoStream *stream, char *into, size_t room)
{
	Window *window = stream->current;
	size_t length = 0;

	if (window->spool != NULL)
		length = pendo_spool_read(window->spool, into, room);
	if (length == 0)
		length = pendo_http_request_read(window->request, into, room);
	return length;
}

static void
mark_broken(PendoStream *stream, const char *message)
{
	stream->is_broken = true;
	stream->outcome = *pendo_http_request_outcome(stream->current->request);
	if (message == NULL)
		return;
	stream->outcome.result = PENDO_HTTP_CUT;
	strlcpy(stream->outcome.message, message, sizeof(stream->outcome.message));
}

/*
 * Inflate what is here into the reader's buffer; 0 when more must come, or
 * the stream ended or is broken.
 */
static size_t
inflate_bytes(PendoStream *stream, char *into, size_t room)
{
	for (;;)
	{
		size_t in_length;
		size_t out_length = room;
		PendoInflateStatus status;

		/* Members without content may follow one another for long. */
		CHECK_FOR_INTERRUPTS();

		if (stream->input_at == stream->input_end)
		{
			stream->input_at = 0;
			stream->input_end = take_bytes(stream, stream->input, INPUT_BYTES);
		}
		in_length = stream->input_end - stream->input_at;
		status = pendo_inflate_run(stream->inflate,
								   stream->input + stream->input_at, &in_length,
								   into, &out_length);
		stream->input_at += in_length;
		stream->inflate_ended = status == PENDO_INFLATE_END;
		if (status == PENDO_INFLATE_BAD)
			mark_broken(stream, "the compressed answer is damaged");
		if (out_length > 0 || stream->is_broken)
			return out_length;
		if (stream->input_at == stream->input_end &&
			pendo_http_request_waiting(stream->current->request) == 0 &&
			(stream->current->spool == NULL ||
			 pendo_spool_unread(stream->current->spool) == 0))
			return 0;
	}
}

/* The reader asks for bytes: give some, wait for some, or tell the end. */
static size_t
fill_reader(void *arg, char *into, size_t room)
{
	PendoStream *stream = arg;
	size_t length;

	for (;;)
	{
		PendoHttpState state;

		/* What is no row, as white space, may be long beyond measure. */
		CHECK_FOR_INTERRUPTS();
		if (stream->is_broken)
			return 0;

		/* Read the state first: what it lets arrive is then taken below. */
		state = pendo_http_request_state(stream->current->request);
		length = stream->inflate ? inflate_bytes(stream, into, room)
								 : take_bytes(stream, into, room);
		if (length > 0)
			return length;
		if (stream->is_broken)
			return 0;
		if (state == PENDO_HTTP_FAILED)
		{
			mark_broken(stream, NULL);
			return 0;
		}
		if (state == PENDO_HTTP_DONE)
		{
			if (stream->inflate != NULL && !stream->inflate_ended)
				mark_broken(stream, "the compressed answer ends early");
			return 0;
		}
		progress_windows(stream);
		wait_for_network(stream);
	}
}

static void
stop_reading(PendoStream *stream)
{
	pendo_json_reader_free(stream->reader);
	stream->reader = NULL;
	stream->inflate = NULL;
	stream->current = NULL;
}

/* The answer came in full, but is not what it should be. */
pg_noreturn static void
raise_json(PendoStream *stream)
{
	PendoJsonError error = pendo_json_reader_error(stream->reader);
	const char *type = pendo_http_request_header(stream->current->request,
												 "Content-Type");

	ereport(ERROR,
			(errcode(error == PENDO_JSON_OUT_OF_MEMORY ? ERRCODE_OUT_OF_MEMORY
					 : error == PENDO_JSON_TOO_DEEP ||
							 error == PENDO_JSON_ROW_TOO_LONG ||
							 error == PENDO_JSON_KEY_TOO_LONG
						 ? ERRCODE_PROGRAM_LIMIT_EXCEEDED
						 : ERRCODE_FDW_INVALID_DATA_TYPE),
			 errmsg("cannot read the answer of server \"%s\": %s",
					stream->connection->name, pendo_json_error_text(error)),
			 errdetail("At byte " UINT64_FORMAT " of a remote answer of type "
					   "\"%s\" for \"%s\".",
					   pendo_json_reader_offset(stream->reader),
					   type ? field_text(stream, type) : "unknown",
					   stream->source->object),
			 error == PENDO_JSON_ROW_TOO_LONG
				 ? errhint("The server option max_row sets the limit.")
				 : 0));
}

/* The reader gave no further row: the window's end, or its failure. */
static void
end_reading(PendoStream *stream)
{
	Window *window = stream->current;

	if (!stream->is_broken)
	{
		if (pendo_json_reader_error(stream->reader) != PENDO_JSON_OK)
			raise_json(stream);
		stream->stats.windows++;
		stream->too_much = 0;
		stop_reading(stream);
		drop_window(stream, window);
		return;
	}
	if (stream->current_rows > 0)
		raise_failure(stream, window, &stream->outcome);
	stop_reading(stream);
	judge_window(stream, window, &stream->outcome);
}

const PendoJsonValue *
pendo_stream_next(PendoStream *stream)
{
	for (;;)
	{
		Window *window;

		if (stream->current != NULL)
		{
			if (pendo_json_reader_next(stream->reader, stream->values))
			{
				stream->current_rows++;
				stream->stats.rows++;
				return stream->values;
			}
			end_reading(stream);
		}
		if (stream->windows == NIL && stream->pending == NIL)
			return NULL;
		progress_windows(stream);
		window = ready_window(stream);
		if (window != NULL)
			begin_reading(stream, window);
		else if (stream->windows != NIL)
			wait_for_network(stream);
		CHECK_FOR_INTERRUPTS();
	}
}

char *
pendo_stream_where(PendoStream *stream)
{
	const Window *window = stream->failed ? stream->failed : stream->current;

	if (window == NULL)
		return pstrdup("none");
	return stream->source->describe(stream->source->arg, window->what);
}

const PendoStreamStats *
pendo_stream_stats(PendoStream *stream)
{
	ListCell *cell;

	/* What the windows under way have received is counted when they end. */
	stream->reported = stream->stats;
	foreach(cell, stream->windows)
	{
		Window *window = lfirst(cell);

		if (window->request != NULL)
			stream->reported
				.bytes += pendo_http_request_outcome(window->request)->bytes;
	}
	return &stream->reported;
}

void
pendo_stream_close(PendoStream *stream)
{
	while (stream->windows != NIL)
		drop_window(stream, linitial(stream->windows));
	stop_reading(stream);
	list_free(stream->pending);
	stream->pending = NIL;
}
