/*-------------------------------------------------------------------------
 *
 * http/inflate_isal.h
 *	  One gzip member by libisal.  For inflate.c alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_INFLATE_ISAL_H
#define PENDO_HTTP_INFLATE_ISAL_H

#include <isa-l/igzip_lib.h>
#include <limits.h>

typedef struct Inflater
{
	struct inflate_state state;
} Inflater;

StaticAssertDecl(_Alignof(struct inflate_state) <= MAXIMUM_ALIGNOF,
				 "palloc does not align libisal's state");

static bool
inflater_init(Inflater *inflater, MemoryContext owner)
{
	isal_inflate_init(&inflater->state);
	inflater->state.crc_flag = ISAL_GZIP;
	return true;
}

static bool
inflater_next_member(Inflater *inflater)
{
	isal_inflate_reset(&inflater->state);
	inflater->state.crc_flag = ISAL_GZIP;
	return true;
}

static MemberStatus
inflater_run(Inflater *inflater, const char **in, size_t *in_left, char **out,
			 size_t *out_left)
{
	struct inflate_state *state = &inflater->state;
	size_t in_given = Min(*in_left, UINT_MAX);
	size_t out_given = Min(*out_left, UINT_MAX);
	int result;

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
		return MEMBER_BAD;
	return state->block_state == ISAL_BLOCK_FINISH ? MEMBER_END : MEMBER_MORE;
}

#endif /* PENDO_HTTP_INFLATE_ISAL_H */
