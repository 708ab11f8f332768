/*-------------------------------------------------------------------------
 *
 * test/fuzz/server_stub.h
 *	  Stand-ins for the server's functions that connector/jsonb.c calls.
 *
 * Memory is malloc'ed in the very size that was asked for, so that the address
 * sanitizer sees a byte too far.  A numeric is the text of its number, ended by
 * NUL; a jsonb is the list of what was pushed.  An error that is raised aborts:
 * no document of a fuzzer is large enough for one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_SERVER_STUB_H
#define PENDO_SERVER_STUB_H

#include "utils/jsonb.h"

/* One call of pushJsonbValue(); WJB_DONE is a scalar on its own. */
typedef struct StubEvent
{
	JsonbIteratorToken token;
	JsonbValue value; /* of a container only its type counts */
} StubEvent;

/* What a pointer to a Jsonb points to. */
typedef struct StubJsonb
{
	const StubEvent *events;
	size_t count;
} StubJsonb;

/* What pg_any_to_server() puts in front of a text. */
#define STUB_CONVERTED '~'

/*
 * Between these two the functions may be called; the second frees what they
 * gave out.
 */
extern void stub_begin(int encoding);
extern void stub_end(void);

#endif /* PENDO_SERVER_STUB_H */
