/*-------------------------------------------------------------------------
 *
 * http/inflater.h
 *	  One gzip member, by whichever library was found at build time.
 *
 * inflate_isal.c and inflate_zlib.c each provide this; one of them is empty.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_INFLATER_H
#define PENDO_HTTP_INFLATER_H

typedef struct PendoInflater PendoInflater;

typedef enum PendoMemberStatus
{
	PENDO_MEMBER_MORE, /* give more input, or more room */
	PENDO_MEMBER_END,  /* trailer read and found right */
	PENDO_MEMBER_BAD
} PendoMemberStatus;

/* Belongs to "owner".  NULL if memory runs out within the library. */
extern PendoInflater *pendo_inflater_create(MemoryContext owner);

/* Begin another member; false if that cannot be. */
extern bool pendo_inflater_restart(PendoInflater *inflater);

/* Consume input and produce output; all four are advanced. */
extern PendoMemberStatus
pendo_inflater_run(PendoInflater *inflater, const char **in, size_t *in_left,
				   char **out, size_t *out_left);

#endif /* PENDO_HTTP_INFLATER_H */
