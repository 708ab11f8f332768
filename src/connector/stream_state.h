/*-------------------------------------------------------------------------
 *
 * connector/stream_state.h
 *	  What the files of the stream share; nobody else includes it.
 *
 *	  stream.c			open, next, close
 *	  stream_window.c	windows on their way: asked, retried, halved, set aside
 *	  stream_read.c		the rows of the one window that is being read
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_STREAM_STATE_H
#define PENDO_STREAM_STATE_H

#include "compat.h"
#include "connector/connection.h"
#include "connector/stream.h"
#include "http/inflate.h"
#include "http/spool.h"
#include "lib/stringinfo.h"
#include "utils/timestamp.h"

/* Step in which compressed bytes are taken. */
#define INPUT_BYTES (64 * 1024)

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
	bool is_renewed;			/* asked again with a new session */
	bool is_followed;			/* its next page is a window by now */
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
	bool is_ahead;			   /* fetched before anybody reads */
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

/* stream_window.c */

/* Forget a window and what it holds; it is freed. */
extern void pendo_window_drop(PendoStream *stream, Window *window);

/*
 * A window's request ended badly, before any of its rows were used: try it
 * again, ask for less, or raise the error.  May free the window.
 */
extern void pendo_window_judge(PendoStream *stream, Window *window,
							   const PendoHttpOutcome *outcome);

/* Raise what went wrong with a window. */
pg_noreturn extern void pendo_window_raise(PendoStream *stream, Window *window,
										   const PendoHttpOutcome *outcome);

/* Begin windows up to the number allowed, then move each as far as it goes. */
extern void pendo_windows_progress(PendoStream *stream);

/* A window to read: one that is whole, else one worth streaming; or NULL. */
extern Window *pendo_windows_ready(PendoStream *stream);

/*
 * Wait until the network, or the clock, may have changed something.  Bytes of
 * the current window that arrive may go straight to "into" (NULL: none do);
 * returns how many did.
 */
extern size_t pendo_windows_wait(PendoStream *stream, char *into, size_t room);

/* stream_read.c */

/* Prepare to read a window's rows. */
extern void pendo_read_begin(PendoStream *stream, Window *window);

/* The reader gave no further row: the window's end, or its failure. */
extern void pendo_read_end(PendoStream *stream);

/*
 * Read through a window that is WHOLE only to learn of the next page; it is
 * then as if nobody had read it.
 */
extern void pendo_read_ahead(PendoStream *stream, Window *window);

/* Tell the source of a row that was read; false: nobody is to have it. */
extern bool pendo_read_saw(PendoStream *stream);

/* Read no more of the current window. */
extern void pendo_read_stop(PendoStream *stream);

#endif /* PENDO_STREAM_STATE_H */
