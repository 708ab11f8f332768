/*-------------------------------------------------------------------------
 *
 * http/inflate_zlib.c
 *	  One gzip member by zlib.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#ifndef HAVE_LIBISAL

#include <limits.h>
#include <zlib.h>

#include "http/inflater.h"
#include "utils/memutils.h"

/* zlib's largest window, and gzip framing alone. */
#define GZIP_WINDOW_BITS (15 + 16)

struct PendoInflater
{
	z_stream stream;
};

/*
 * zlib's memory lies in the owner's context, so nothing need be released.  An
 * error must not jump across zlib: it gets NULL instead.
 */
static void *
zlib_alloc(void *context, unsigned int count, unsigned int size)
{
	return MemoryContextAllocExtended(context, (Size) count * size,
									  MCXT_ALLOC_NO_OOM);
}

static void
zlib_free(void *context, void *memory)
{
	pfree(memory);
}

PendoInflater *
pendo_inflater_create(MemoryContext owner)
{
	PendoInflater *inflater = MemoryContextAllocZero(owner,
													 sizeof(PendoInflater));

	inflater->stream.zalloc = zlib_alloc;
	inflater->stream.zfree = zlib_free;
	inflater->stream.opaque = owner;
	if (inflateInit2(&inflater->stream, GZIP_WINDOW_BITS) != Z_OK)
		return NULL;
	return inflater;
}

bool
pendo_inflater_restart(PendoInflater *inflater)
{
	return inflateReset(&inflater->stream) == Z_OK;
}

PendoMemberStatus
pendo_inflater_run(PendoInflater *inflater, const char **in, size_t *in_left,
				   char **out, size_t *out_left)
{
	z_stream *stream = &inflater->stream;
	size_t in_given = Min(*in_left, UINT_MAX);
	size_t out_given = Min(*out_left, UINT_MAX);
	int result;

	stream->next_in = (unsigned char *) *in;
	stream->avail_in = (unsigned int) in_given;
	stream->next_out = (unsigned char *) *out;
	stream->avail_out = (unsigned int) out_given;
	result = inflate(stream, Z_NO_FLUSH);
	*in += in_given - stream->avail_in;
	*in_left -= in_given - stream->avail_in;
	*out += out_given - stream->avail_out;
	*out_left -= out_given - stream->avail_out;

	if (result == Z_STREAM_END)
		return PENDO_MEMBER_END;
	/* Z_BUF_ERROR: it wants more of one or the other */
	return result == Z_OK || result == Z_BUF_ERROR ? PENDO_MEMBER_MORE
												   : PENDO_MEMBER_BAD;
}

#endif /* not HAVE_LIBISAL */
