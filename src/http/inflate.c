/*-------------------------------------------------------------------------
 *
 * http/inflate.c
 *	  Undo Content-Encoding: gzip, as a stream.
 *
 * Two libraries can do the work; a member's framing and the step from one
 * member to the next are the same for both.  inflate_isal.h and
 * inflate_zlib.h hold what differs.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/inflate.h"
#include "utils/memutils.h"

#define GZIP_FIRST_BYTE 0x1F

/* What one call of a library came to. */
typedef enum MemberStatus
{
	MEMBER_MORE,
	MEMBER_END, /* trailer read and found right */
	MEMBER_BAD
} MemberStatus;

#ifdef HAVE_LIBISAL
#include "http/inflate_isal.h"
#else
#include "http/inflate_zlib.h"
#endif

struct PendoInflate
{
	Inflater inflater;
	bool has_begun;		  /* the first member has */
	bool between_members; /* after a trailer */
	bool is_bad;
};

PendoInflate *
pendo_inflate_create(MemoryContext owner)
{
	PendoInflate *inflate = MemoryContextAllocZero(owner, sizeof(PendoInflate));

	if (!inflater_init(&inflate->inflater, owner))
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
	if (inflate->has_begun && !inflater_next_member(&inflate->inflater))
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
		MemberStatus status;

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
		status = inflater_run(&inflate->inflater, &in, &in_left, &out,
							  &out_left);
		inflate->is_bad = status == MEMBER_BAD;
		inflate->between_members = status == MEMBER_END;
		if (status == MEMBER_MORE)
			break;
	}
	*in_length -= in_left;
	*room -= out_left;
	if (inflate->is_bad)
		return PENDO_INFLATE_BAD;
	return inflate->between_members ? PENDO_INFLATE_END : PENDO_INFLATE_MORE;
}
