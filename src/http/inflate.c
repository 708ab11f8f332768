/*-------------------------------------------------------------------------
 *
 * http/inflate.c
 *	  Undo Content-Encoding: gzip, as a stream.
 *
 * Two libraries can do the work; a member's framing and the step from one
 * member to the next are the same for both.  inflater.h is where they meet.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/inflate.h"
#include "http/inflater.h"
#include "utils/memutils.h"

#define GZIP_FIRST_BYTE 0x1F

struct PendoInflate
{
	PendoInflater *inflater;
	bool has_begun;		  /* the first member has */
	bool between_members; /* after a trailer */
	bool is_bad;
};

PendoInflate *
pendo_inflate_create(MemoryContext owner)
{
	PendoInflate *inflate = MemoryContextAllocZero(owner, sizeof(PendoInflate));

	inflate->inflater = pendo_inflater_create(owner);
	if (inflate->inflater == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	return inflate;
}

/*
 * Begin a member.  A library may look at a header only when it has all of it,
 * so that a short tail of garbage would pass for a header cut short; hence the
 * look at the first byte.
 */
static bool
begin_member(PendoInflate *inflate, const char *in)
{
	if ((unsigned char) *in != GZIP_FIRST_BYTE)
		return false;
	if (inflate->has_begun && !pendo_inflater_restart(inflate->inflater))
		return false;
	inflate->has_begun = true;
	inflate->between_members = false;
	return true;
}

PendoInflateStatus
pendo_inflate_run(PendoInflate *inflate, const char *in, size_t *in_length,
				  char *out, size_t *room)
{
	size_t in_left = *in_length;
	size_t out_left = *room;

	/* once a member; each takes input, so this ends */
	while (!inflate->is_bad)
	{
		PendoMemberStatus status;

		if (inflate->between_members || !inflate->has_begun)
		{
			if (in_left == 0)
				break;
			if (!begin_member(inflate, in))
			{
				inflate->is_bad = true;
				break;
			}
		}
		status = pendo_inflater_run(inflate->inflater, &in, &in_left, &out,
									&out_left);
		inflate->is_bad = status == PENDO_MEMBER_BAD;
		inflate->between_members = status == PENDO_MEMBER_END;
		if (status == PENDO_MEMBER_MORE)
			break;
	}
	*in_length -= in_left;
	*room -= out_left;
	if (inflate->is_bad)
		return PENDO_INFLATE_BAD;
	return inflate->between_members ? PENDO_INFLATE_END : PENDO_INFLATE_MORE;
}
