/*-------------------------------------------------------------------------
 *
 * http/share.c
 *	  What others use of a remote limit, and what is left to us.
 *
 * The remote side tells how much of its limit is used up; what we did not send
 * ourselves, others did.  We leave them that and a little more, for they may
 * grow before we hear of it, up to half of the limit.  Alone we leave so much
 * that who comes is seen when the limit is used up: who is refused is not told.
 *
 * What others used is never overestimated as long as all of ours are counted:
 * a slot counts as ours whole if a part of it may be within the remote
 * interval, at its beginning and at its end.  So the most that any answer gave
 * is the best: it came when little of ours was in doubt.  An interval that
 * begins anew instead of rolling has all of the others' at its end alone, which
 * is another reason to keep the most, for one interval to two.
 *
 * What we do not know to be ours, after a restart, seems to be others' until an
 * interval has passed: we are slower then.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/share.h"

/*
 * Of the limit: more than this is somebody, and not requests that overtook each
 * other; and what we leave alone.
 */
#define NOISE_PART 40
#define ALONE_PART 64

/* Of the limit: what we leave to others beside what they use. */
#define GROWTH_PART 20

/* Others get no more of it. */
#define OTHERS_PART 2

/* Of an interval: in less, one cannot tell how others go on. */
#define EARLY_PART 8

static int64
slot_length(const PendoShare *share)
{
	return share->interval / PENDO_SHARE_SPAN;
}

static void
start(PendoShare *share, int64 interval, int64 now)
{
	memset(share, 0, sizeof(PendoShare));
	share->interval = interval;
	share->newest = now / slot_length(share);
	share->peak_since = now;
}

/* Let the time pass: slots that are over are emptied for new ones. */
static void
roll(PendoShare *share, int64 now)
{
	int64 slot = now / slot_length(share);

	if (slot - share->newest >= PENDO_SHARE_SLOTS)
		share->newest = slot - PENDO_SHARE_SLOTS;
	while (share->newest < slot)
		share->ours[++share->newest % PENDO_SHARE_SLOTS] = 0;
	if (now - share->peak_since < share->interval)
		return;
	share->last_peak = now - share->peak_since < 2 * share->interval
						   ? share->peak
						   : 0;
	share->peak = 0;
	share->peak_since = now;
}

/* Ours, of those slots that are kept. */
static int64
ours_within(const PendoShare *share, int64 first, int64 last)
{
	int64 sum = 0;

	for (int64 slot = first; slot <= Min(last, share->newest); slot++)
		sum += share->ours[slot % PENDO_SHARE_SLOTS];
	return sum;
}

static int64
most_of_others(const PendoShare *share)
{
	return Max(share->peak, share->last_peak);
}

void
pendo_share_count(PendoShare *share, int64 now)
{
	uint8 *ours;

	if (share->interval == 0)
		start(share, PENDO_SHARE_USUAL, now);
	roll(share, now);
	ours = &share->ours[share->newest % PENDO_SHARE_SLOTS];
	if (*ours < PG_UINT8_MAX)
		(*ours)++;
}

void
pendo_share_learn(PendoShare *share, const PendoShareAnswer *answer, int64 now)
{
	int64 last;
	int64 others;

	if (share->interval != answer->interval)
		start(share, answer->interval, now);
	share->limit = answer->limit;
	roll(share, now);
	last = answer->sent_at / slot_length(share);
	if (last - PENDO_SHARE_SPAN <= share->newest - PENDO_SHARE_SLOTS)
		return; /* of ours then, some are forgotten */
	others = answer->limit - answer->remaining -
			 ours_within(share, last - PENDO_SHARE_SPAN, last);
	if (others > 0 && most_of_others(share) == 0)
		share->others_since = now;
	share->peak = Max(share->peak, others);
}

/* What others will use of an interval, as they go on. */
static double
expected_of_others(const PendoShare *share, int64 now)
{
	int64 seen = Max(now - share->others_since, share->interval / EARLY_PART);
	double others = most_of_others(share);

	return others * share->interval / Min(seen, share->interval);
}

/*
 * How many of ours may be within any interval.  Always one fewer than would
 * hide those of others that we know of: when the limit is used up, one more of
 * them is seen, until they are somebody.
 */
static int64
allowance(const PendoShare *share, int64 now)
{
	int64 others = most_of_others(share);
	double reserved;

	if (others <= share->limit / NOISE_PART)
		return share->limit - Max(others, share->limit / ALONE_PART) - 1;
	reserved = expected_of_others(share, now) + share->limit / GROWTH_PART;
	return share->limit - (int64) Min(reserved, share->limit / OTHERS_PART);
}

int64
pendo_share_wait(PendoShare *share, int left, int64 now)
{
	int64 allowed;
	int64 sum;
	int64 slot;

	if (share->limit == 0)
		return 0;
	roll(share, now);
	allowed = Max(allowance(share, now) - left, 1);
	slot = share->newest - PENDO_SHARE_SPAN;
	sum = ours_within(share, slot, share->newest);
	if (sum < allowed)
		return 0;

	/* The oldest leave the interval when their whole slot has. */
	while (sum >= allowed)
		sum -= share->ours[slot++ % PENDO_SHARE_SLOTS];
	return (slot + PENDO_SHARE_SPAN) * slot_length(share) - now;
}
