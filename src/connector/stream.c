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

#include "connector/stream_state.h"
#include "miscadmin.h"
#include "utils/memutils.h"

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

static bool
has_all(const PendoStream *stream)
{
	ListCell *cell;

	foreach(cell, stream->windows)
	{
		const Window *window = lfirst(cell);

		if (window->state != WINDOW_WHOLE ||
			(stream->source->next != NULL && !window->is_followed))
			return false;
	}
	return stream->pending == NIL;
}

/* A page that came in full tells of the next one. */
static void
follow_pages(PendoStream *stream)
{
	List *windows = list_copy(stream->windows);
	ListCell *cell;

	foreach(cell, windows)
	{
		Window *window = lfirst(cell);

		if (window->state == WINDOW_WHOLE && !window->is_followed)
			pendo_read_ahead(stream, window);
	}
	list_free(windows);
}

void
pendo_stream_fetch(PendoStream *stream)
{
	Assert(stream->source->spool == PENDO_SPOOL_ALL);
	stream->is_ahead = true;
	while (!has_all(stream))
	{
		pendo_windows_progress(stream);
		if (stream->source->next != NULL)
			follow_pages(stream);
		if (!has_all(stream))
			(void) pendo_windows_wait(stream, NULL, 0);
		CHECK_FOR_INTERRUPTS();
	}
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
				if (!pendo_read_saw(stream))
					continue;
				stream->current_rows++;
				stream->stats.rows++;
				return stream->values;
			}
			pendo_read_end(stream);
		}
		if (stream->windows == NIL && stream->pending == NIL)
			return NULL;
		pendo_windows_progress(stream);
		window = pendo_windows_ready(stream);
		if (window != NULL)
			pendo_read_begin(stream, window);
		else if (stream->windows != NIL)
			(void) pendo_windows_wait(stream, NULL, 0);
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
		pendo_window_drop(stream, linitial(stream->windows));
	pendo_read_stop(stream);
	list_free(stream->pending);
	stream->pending = NIL;
}
