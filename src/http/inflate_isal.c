/*-------------------------------------------------------------------------
 *
 * http/inflate_isal.c
 *	  One gzip member by libisal.
 *
 * libisal (2.30) misreads a gzip header with optional fields that comes in
 * more than one portion, so the header is read here, and libisal has what
 * follows it: the deflated data and the trailer, which it verifies.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#ifdef HAVE_LIBISAL

#include <isa-l/igzip_lib.h>
#include <limits.h>

#include "http/inflater.h"
#include "utils/memutils.h"

/* What comes next of a member (RFC 1952, section 2.3). */
typedef enum GzipPart
{
	GZIP_FIXED, /* ten bytes that are always there */
	GZIP_EXTRA_LENGTH,
	GZIP_EXTRA,
	GZIP_NAME,
	GZIP_COMMENT,
	GZIP_HEADER_CRC, /* skipped: it guards nothing that is used */
	GZIP_DATA
} GzipPart;

#define GZIP_FIXED_LENGTH	10
#define GZIP_FLAG_CRC		0x02
#define GZIP_FLAG_EXTRA		0x04
#define GZIP_FLAG_NAME		0x08
#define GZIP_FLAG_COMMENT	0x10
#define GZIP_FLAGS_RESERVED 0xE0

struct PendoInflater
{
	GzipPart part;
	unsigned int count; /* bytes seen of this part */
	unsigned int extra_length;
	unsigned char flags;
	struct inflate_state state;
};

StaticAssertDecl(_Alignof(struct inflate_state) <= MAXIMUM_ALIGNOF,
				 "palloc does not align libisal's state");

static void
begin_header(PendoInflater *inflater)
{
	inflater->part = GZIP_FIXED;
	inflater->flags = 0;
	inflater->count = 0;
	inflater->extra_length = 0;
	inflater->state.crc_flag = ISAL_GZIP_NO_HDR_VER;
}

PendoInflater *
pendo_inflater_create(MemoryContext owner)
{
	PendoInflater *inflater = MemoryContextAlloc(owner, sizeof(PendoInflater));

	isal_inflate_init(&inflater->state);
	begin_header(inflater);
	return inflater;
}

bool
pendo_inflater_restart(PendoInflater *inflater)
{
	isal_inflate_reset(&inflater->state);
	begin_header(inflater);
	return true;
}

/* Is this part of the header there? */
static bool
has_part(const PendoInflater *inflater, GzipPart part)
{
	static const unsigned char flags[] = {
		[GZIP_EXTRA_LENGTH] = GZIP_FLAG_EXTRA,
		[GZIP_EXTRA] = GZIP_FLAG_EXTRA,
		[GZIP_NAME] = GZIP_FLAG_NAME,
		[GZIP_COMMENT] = GZIP_FLAG_COMMENT,
		[GZIP_HEADER_CRC] = GZIP_FLAG_CRC,
	};

	if (part == GZIP_EXTRA && inflater->extra_length == 0)
		return false;
	return part == GZIP_DATA || (inflater->flags & flags[part]) != 0;
}

/* Take one byte of the ten; false if it is none that gzip has there. */
static bool
read_fixed(PendoInflater *inflater, unsigned char byte)
{
	static const unsigned char magic[] = {0x1F, 0x8B, 8};

	if (inflater->count < lengthof(magic))
		return byte == magic[inflater->count];
	if (inflater->count == lengthof(magic))
	{
		inflater->flags = byte;
		return (byte & GZIP_FLAGS_RESERVED) == 0;
	}
	return true;
}

/* Is the part at its end with this byte, the count'th of it? */
static bool
ends_part(PendoInflater *inflater, unsigned char byte)
{
	switch (inflater->part)
	{
		case GZIP_FIXED:
			return inflater->count == GZIP_FIXED_LENGTH;
		case GZIP_EXTRA_LENGTH:
			inflater->extra_length |= byte << (8 * (inflater->count - 1));
			return inflater->count == 2;
		case GZIP_EXTRA:
			return inflater->count == inflater->extra_length;
		case GZIP_NAME:
		case GZIP_COMMENT:
			return byte == '\0';
		case GZIP_HEADER_CRC:
			return inflater->count == 2;
		case GZIP_DATA:
			break;
	}
	return false;
}

/* Take header bytes until the data begins; false if this is not gzip. */
static bool
read_header(PendoInflater *inflater, const char **in, size_t *in_left)
{
	while (inflater->part != GZIP_DATA && *in_left > 0)
	{
		unsigned char byte = (unsigned char) **in;

		if (inflater->part == GZIP_FIXED && !read_fixed(inflater, byte))
			return false;
		(*in)++;
		(*in_left)--;
		inflater->count++;
		if (!ends_part(inflater, byte))
			continue;
		do
			inflater->part++;
		while (!has_part(inflater, inflater->part));
		inflater->count = 0;
	}
	return true;
}

PendoMemberStatus
pendo_inflater_run(PendoInflater *inflater, const char **in, size_t *in_left,
				   char **out, size_t *out_left)
{
	struct inflate_state *state = &inflater->state;
	size_t in_given;
	size_t out_given = Min(*out_left, UINT_MAX);
	int result;

	if (!read_header(inflater, in, in_left))
		return PENDO_MEMBER_BAD;
	if (inflater->part != GZIP_DATA)
		return PENDO_MEMBER_MORE;

	in_given = Min(*in_left, UINT_MAX);
	state->next_in = (uint8_t *) *in;
	state->avail_in = (uint32_t) in_given;
	state->next_out = (uint8_t *) *out;
	state->avail_out = (uint32_t) out_given;
	result = isal_inflate(state);
	*in += in_given - state->avail_in;
	*in_left -= in_given - state->avail_in;
	*out += out_given - state->avail_out;
	*out_left -= out_given - state->avail_out;

	if (result < ISAL_DECOMP_OK)
		return PENDO_MEMBER_BAD;
	return state->block_state == ISAL_BLOCK_FINISH ? PENDO_MEMBER_END
												   : PENDO_MEMBER_MORE;
}

#endif /* HAVE_LIBISAL */
