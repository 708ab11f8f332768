/*-------------------------------------------------------------------------
 *
 * connector/stream.h
 *	  Rows of one scan, from several requests at once.
 *
 * See README.md in this folder for the states of a window.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_STREAM_H
#define PENDO_STREAM_H

#include "http/client.h"
#include "http/throttle.h"
#include "json/reader.h"
#include "nodes/pg_list.h"

/* Counters of one stream, for EXPLAIN ANALYZE. */
typedef struct PendoStreamStats
{
	uint64 windows; /* answered in full */
	uint64 requests;
	uint64 retries;
	uint64 splits;
	uint64 rows;
	uint64 bytes;		  /* received, compressed if so sent */
	uint64 spooled;		  /* bytes set aside */
	uint64 connections;	  /* opened anew */
	int64 budget_wait_us; /* requests held back by the budget */
	int64 retry_wait_us;
	int64 network_wait_us; /* this scan waiting for bytes */
} PendoStreamStats;

/* When an answer's rows may be handed over. */
typedef enum PendoSpoolMode
{
	PENDO_SPOOL_AUTO, /* one window streams, others are set aside */
	PENDO_SPOOL_ALL	  /* only windows received in full */
} PendoSpoolMode;

/*
 * What a connector tells of its scan.  A window is whatever the connector
 * makes of it; the stream only passes it back.  All but "request" and
 * "describe" may be NULL.
 */
typedef struct PendoStreamSource
{
	void *arg;

	/*
	 * Fill in the request for a window, all but address and key, and return
	 * its path; in a short-lived memory context.
	 */
	const char *(*request)(void *arg, const void *window, PendoHttpSpec *spec);

	/* Two or more windows that together are this one; NIL: it is the least. */
	List *(*split)(void *arg, const void *window);

	/* A window's name for messages ("2024-03-01 to 2024-03-02"); palloc'ed. */
	char *(*describe)(void *arg, const void *window);

	/*
	 * Where rows come in pages: the windows that follow from this one, such as
	 * the next page; NIL at the end.  "kept" is what the answer has in
	 * kept_member, as JSON, or NULL.  In the scan's memory context.
	 */
	List *(*next)(void *arg, const void *window, const char *kept);

	/*
	 * A row was read, in the order of the paths; before "next" is asked.  It
	 * may put one value in another's place; false: nobody is to have the row.
	 */
	bool (*saw)(void *arg, const void *window, PendoJsonValue *values);

	/* Whose leave a window's request needs; NULL: the connection's. */
	PendoBudget *(*budget)(void *arg, const void *window);

	const char *rows_member; /* see json/reader.h */
	const char *kept_member;
	const char *const *const *paths;
	int path_count;
	PendoJsonLimits limits;
	PendoSpoolMode spool;
	const char *object; /* for messages */
} PendoStreamSource;

struct PendoConnection;
typedef struct PendoStream PendoStream;

/*
 * Open a stream over windows (of void *).  Nothing is sent before the first
 * pendo_stream_next().  Belongs to "owner"; the source must outlive it.
 */
extern PendoStream *
pendo_stream_open(MemoryContext owner, struct PendoConnection *connection,
				  const PendoStreamSource *source, List *windows);

/*
 * Receive every window in full and read nothing yet, so that the rows come
 * without waiting for anybody later.  What is received outlives the
 * transaction.  To be called before the first pendo_stream_next(), of a source
 * whose spool is PENDO_SPOOL_ALL.
 */
extern void pendo_stream_fetch(PendoStream *stream);

/*
 * The next row's values, in the order of the paths; NULL at the end.  Windows
 * are handed over as they are ready, in no order.  A window that failed is
 * tried again, or halved, as long as none of its rows were handed over; then
 * its failure is an error: a result is never short.
 */
extern const PendoJsonValue *pendo_stream_next(PendoStream *stream);

/* Where the row that was last handed over came from; palloc'ed. */
extern char *pendo_stream_where(PendoStream *stream);

extern const PendoStreamStats *pendo_stream_stats(PendoStream *stream);

/* Drop requests and files; idempotent. */
extern void pendo_stream_close(PendoStream *stream);

#endif /* PENDO_STREAM_H */
