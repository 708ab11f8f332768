/*-------------------------------------------------------------------------
 *
 * connector/stream_read.c
 *	  The rows of the one window that is being read.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/auth.h"
#include "connector/stream_state.h"
#include "http/secret.h"
#include "miscadmin.h"

/* Of a header field, so many characters are said. */
#define FIELD_TEXT_LIMIT 80

/*
 * The reader's buffer for what is not compressed: the most that is read from
 * the socket at once, and a row that was cut.
 */
#define PLAIN_BUFFER_BYTES (576 * 1024)

static size_t fill_reader(void *arg, char *into, size_t room);

/* A header field for a message: cleaned, and without the key. */
static char *
field_text(PendoStream *stream, const char *field)
{
	char *secret = pendo_auth_secret(stream->connection, false);
	char *text = pstrdup(field);

	pendo_http_mask(text, strlen(text), secret);
	pendo_secret_forget(secret);
	return pendo_http_clean_text(text, strlen(text), FIELD_TEXT_LIMIT);
}

/* Prepare to read a window's rows. */
void
pendo_read_begin(PendoStream *stream, Window *window)
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
	spec.kept_member = source->kept_member;
	spec.paths = source->paths;
	spec.path_count = source->path_count;
	spec.limits = source->limits;
	spec.fill = fill_reader;
	spec.fill_arg = stream;
	if (stream->inflate == NULL)
		spec.buffer_bytes = PLAIN_BUFFER_BYTES;
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
		pendo_windows_progress(stream);
		length = pendo_windows_wait(stream, stream->inflate ? NULL : into,
									room);
		if (length > 0)
			return length;
	}
}

void
pendo_read_stop(PendoStream *stream)
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

/* The window was read to its end: the next page is one, too. */
static void
follow(PendoStream *stream, Window *window)
{
	const PendoStreamSource *source = stream->source;
	MemoryContext old;
	List *next;

	if (source->next == NULL || window->is_followed)
		return;
	window->is_followed = true;
	old = MemoryContextSwitchTo(stream->context);
	next = source->next(source->arg, window->what,
						pendo_json_reader_kept(stream->reader));
	if (next != NIL)
	{
		stream->pending = list_concat(next, stream->pending);
		stream->look_again = true;
	}
	MemoryContextSwitchTo(old);
}

bool
pendo_read_saw(PendoStream *stream)
{
	const PendoStreamSource *source = stream->source;

	return source->saw == NULL ||
		   source->saw(source->arg, stream->current->what, stream->values);
}

void
pendo_read_ahead(PendoStream *stream, Window *window)
{
	pendo_read_begin(stream, window);
	while (pendo_json_reader_next(stream->reader, stream->values))
	{
		CHECK_FOR_INTERRUPTS();
		(void) pendo_read_saw(stream);
	}
	if (!stream->is_broken &&
		pendo_json_reader_error(stream->reader) != PENDO_JSON_OK)
		raise_json(stream);
	if (!stream->is_broken)
		follow(stream, window);
	pendo_read_stop(stream);
	if (stream->is_broken)
		pendo_window_judge(stream, window, &stream->outcome);
	else if (window->spool != NULL)
		pendo_spool_rewind(window->spool);
}

/* The reader gave no further row: the window's end, or its failure. */
void
pendo_read_end(PendoStream *stream)
{
	Window *window = stream->current;

	if (!stream->is_broken)
	{
		if (pendo_json_reader_error(stream->reader) != PENDO_JSON_OK)
			raise_json(stream);
		stream->stats.windows++;
		stream->too_much = 0;
		follow(stream, window);
		pendo_read_stop(stream);
		pendo_window_drop(stream, window);
		return;
	}
	if (stream->current_rows > 0)
		pendo_window_raise(stream, window, &stream->outcome);
	pendo_read_stop(stream);
	pendo_window_judge(stream, window, &stream->outcome);
}
