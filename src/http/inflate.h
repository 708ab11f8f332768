/*-------------------------------------------------------------------------
 *
 * http/inflate.h
 *	  Undo Content-Encoding: gzip, as a stream.
 *
 * With libisal where it was found at build time, zlib otherwise.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_INFLATE_H
#define PENDO_HTTP_INFLATE_H

typedef struct PendoInflate PendoInflate;

typedef enum PendoInflateStatus
{
	PENDO_INFLATE_MORE, /* give more input, or more room */
	PENDO_INFLATE_END,	/* the last member's trailer was checked */
	PENDO_INFLATE_BAD	/* not gzip, bad checksum, trailing garbage */
} PendoInflateStatus;

/* Belongs to "owner"; released with it. */
extern PendoInflate *pendo_inflate_create(MemoryContext owner);

/*
 * Consume up to *in_length bytes and produce up to *room; both are set to
 * what was used.  A stream may consist of several gzip members.  Input that
 * ends before PENDO_INFLATE_END is truncated: the caller tells.
 */
extern PendoInflateStatus
pendo_inflate_run(PendoInflate *inflate, const char *in, size_t *in_length,
				  char *out, size_t *room);

#endif /* PENDO_HTTP_INFLATE_H */
