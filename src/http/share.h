/*-------------------------------------------------------------------------
 *
 * http/share.h
 *	  What others use of a remote limit, and what is left to us.
 *
 * Plain arithmetic; who keeps a share in shared memory holds its lock.  All
 * times are of the monotonic clock, in microseconds.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_SHARE_H
#define PENDO_HTTP_SHARE_H

/*
 * Slots that an interval is divided into, and slots that are kept: an answer
 * that takes more than a third of an interval tells nothing any more.
 */
#define PENDO_SHARE_SPAN  48
#define PENDO_SHARE_SLOTS 64

/* The interval of a limit that no answer has told yet: HubSpot's. */
#define PENDO_SHARE_USUAL (INT64CONST(10) * 1000 * 1000)

typedef struct PendoShare
{
	int64 interval;		/* 0: nothing was counted yet */
	int64 newest;		/* number of the slot that is counted into */
	int64 limit;		/* requests in an interval; 0: not told */
	int64 others_since; /* when a sign of others came after none for long */
	int64 peak;			/* most that others used, since peak_since */
	int64 peak_since;
	int64 last_peak;			   /* and in the interval before */
	uint8 ours[PENDO_SHARE_SLOTS]; /* sent; by number, modulo */
} PendoShare;

/* What an answer told of a limit, and when its request was sent. */
typedef struct PendoShareAnswer
{
	int64 limit;
	int64 remaining;
	int64 interval;
	int64 sent_at;
} PendoShareAnswer;

/* Count a request that is sent now. */
extern void pendo_share_count(PendoShare *share, int64 now);

/* Heed an answer, in whatever order they come. */
extern void
pendo_share_learn(PendoShare *share, const PendoShareAnswer *answer, int64 now);

/*
 * Microseconds until we may send, so that others keep what is theirs; 0 for
 * now.  "left" requests of ours are kept for somebody else of us.
 */
extern int64 pendo_share_wait(PendoShare *share, int left, int64 now);

#endif /* PENDO_HTTP_SHARE_H */
