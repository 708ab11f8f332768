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

/* What one call of a library came to. */
typedef enum MemberStatus
{
	MEMBER_MORE,
	MEMBER_END,					/* trailer read and found right */
	MEMBER_BAD
} MemberStatus;

#ifdef HAVE_LIBISAL
#include "http/inflate_isal.h"
#else
#include "http/inflate_zlib.h"
#endif

struct PendoInflate
{
	Inflater	inflater;
	bool		between_members;	/* after a trailer */
	bool		is_bad;
};

PendoInflate *
pendo_inflate_create(MemoryContext owner)
{
	PendoInflate *inflate = MemoryContextAllocZero(owner, sizeof(PendoInflate));

	if (!inflater_init(&inflate->inflater, owner))
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory")));
	return inflate;
}

PendoInflateStatus
pendo_inflate_run(PendoInflate *inflate, const char *in, size_t *in_length,
				  char *out, size_t *room)
{
	size_t		in_left = *in_length;
	size_t		out_left = *room;
	MemberStatus status = MEMBER_MORE;

	/*
	 * A call per member; a member without output takes input, so this ends.
	 */
	while (!inflate->is_bad)
	{
		if (inflate->between_members)
		{
			if (in_left == 0)
				break;
			if (!inflater_next_member(&inflate->inflater))
			{
				inflate->is_bad = true;
				break;
			}
			inflate->between_members = false;
		}
		status = inflater_run(&inflate->inflater, &in, &in_left,
							  &out, &out_left);
		if (status != MEMBER_END)
			break;
		inflate->between_members = true;
	}
	if (status == MEMBER_BAD)
		inflate->is_bad = true;
	*in_length -= in_left;
	*room -= out_left;
	if (inflate->is_bad)
		return PENDO_INFLATE_BAD;
	return inflate->between_members ? PENDO_INFLATE_END : PENDO_INFLATE_MORE;
}
