/*-------------------------------------------------------------------------
 *
 * test/unit/http_share_test.c
 *	  What others use of a limit: told by answers, and played out.
 *
 * sources: src/http/share.c
 * libs: -isystem $(${PG_CONFIG:-pg_config} --includedir-server) -L$(${PG_CONFIG:-pg_config} --pkglibdir) -lpgport
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/share.h"
#include "tap.h"

#define MS		 INT64CONST(1000)
#define SECOND	 (1000 * MS)
#define INTERVAL (10 * SECOND)
#define LIMIT	 190
#define ALONE	 (LIMIT - 3)

/* Any moment. */
#define BEGIN (1000 * SECOND)

static PendoShare share;

static void
anew(void)
{
	memset(&share, 0, sizeof(share));
}

static void
send_some(int count, int64 at)
{
	while (count-- > 0)
		pendo_share_count(&share, at);
}

static void
told_of(int64 interval, int remaining, int64 sent_at, int64 now)
{
	PendoShareAnswer answer = {LIMIT, remaining, interval, sent_at};

	pendo_share_learn(&share, &answer, now);
}

static void
told(int remaining, int64 sent_at, int64 now)
{
	told_of(INTERVAL, remaining, sent_at, now);
}

/* Others have been there for an interval, so that they are no newcomers. */
static void
meet_others(int64 now)
{
	told(LIMIT - 1, now - INTERVAL, now - INTERVAL);
}

/* Send as many as it lets us. */
static int
fill(int left, int64 now)
{
	int count = 0;

	while (count < 1000 && pendo_share_wait(&share, left, now) == 0)
	{
		pendo_share_count(&share, now);
		count++;
	}
	return count;
}

static void
test_alone(void)
{
	int64 slot = INTERVAL / PENDO_SHARE_SPAN;
	int64 now = BEGIN;
	int64 wait;

	anew();
	tap_ok(fill(0, now) == 1000, "nothing told: no bound");

	anew();
	send_some(100, now);
	told(LIMIT - 100, now, now);
	tap_ok(fill(0, now) == ALONE - 100, "alone: nearly all of the limit");
	wait = pendo_share_wait(&share, 0, now);
	tap_ok(wait >= INTERVAL && wait <= INTERVAL + slot,
		   "then nothing for an interval");
	tap_ok(pendo_share_wait(&share, 0, now + wait - 1) == 1,
		   "to the microsecond");
	tap_ok(fill(0, now + wait) == ALONE, "then as much");

	/* Half of them went a second later. */
	anew();
	told(LIMIT, now, now);
	send_some(95, now);
	send_some(95, now + SECOND);
	wait = pendo_share_wait(&share, 0, now + SECOND);
	tap_ok(fill(0, now + SECOND + wait) == ALONE - 95,
		   "the oldest leave first");

	anew();
	told(LIMIT, now, now);
	fill(0, now);
	told(0, now, now);
	tap_ok(fill(0, now + INTERVAL / 2) == 0 && share.peak == LIMIT - ALONE,
		   "whoever used up the rest was seen");
}

static void
test_others(void)
{
	int64 now = BEGIN;

	anew();
	send_some(100, now);
	told(LIMIT - 102, now, now);
	tap_ok(fill(0, now) == ALONE - 100, "a few that are not ours are nobody");

	anew();
	meet_others(now);
	send_some(100, now);
	told(LIMIT - 140, now, now);
	tap_ok(fill(5, now) == LIMIT - 40 - 9 - 5 - 100,
		   "others keep what they use, and a little");
	tap_ok(fill(0, now) == 5, "whoever leaves some leaves them");

	anew();
	told(LIMIT - 1, now, now);
	told(LIMIT - 20, now + INTERVAL / 2, now + INTERVAL / 2);
	tap_ok(fill(0, now + INTERVAL / 2) == LIMIT - 40 - 9,
		   "newcomers will go on as they began");

	anew();
	told(LIMIT - 10, now, now);
	tap_ok(fill(0, now) == LIMIT - 80 - 9, "but nobody knows at once");

	anew();
	send_some(20, now);
	told(0, now, now);
	tap_ok(fill(0, now) == LIMIT / 2 - 20, "half stays ours");
	tap_ok(fill(1000, now + 2 * INTERVAL) == 1, "whatever is left to whom");
}

static void
test_answers(void)
{
	int64 now = BEGIN;

	/* Of 100 each second, the answer knows the first. */
	anew();
	send_some(40, now);
	send_some(40, now + SECOND);
	send_some(40, now + 2 * SECOND);
	told(LIMIT - 40, now, now + 2 * SECOND);
	tap_ok(fill(0, now + 2 * SECOND) == ALONE - 120,
		   "a late answer does not know what was sent since");

	anew();
	meet_others(now);
	send_some(40, now);
	told(LIMIT - 90, now, now);
	told(LIMIT - 40, now, now);
	tap_ok(fill(0, now) == LIMIT - 50 - 9 - 40,
		   "a lower one that comes later takes nothing back");
	told(0, now + INTERVAL / 2, now + INTERVAL / 2);
	tap_ok(fill(0, now + INTERVAL + SECOND) == LIMIT - 59 - 9,
		   "a higher one counts, for an interval more");
	tap_ok(fill(0, now + 3 * INTERVAL) == ALONE, "and not for three");

	anew();
	send_some(40, now);
	told(0, now - INTERVAL, now);
	tap_ok(fill(0, now) == ALONE - 40, "one too old to judge is passed over");

	anew();
	told(LIMIT + 10, now, now);
	tap_ok(fill(0, now) == ALONE, "more left than there is: no harm");

	anew();
	send_some(40, now);
	told_of(SECOND, LIMIT, now, now);
	tap_ok(fill(0, now) == ALONE, "with another interval it counts anew");
	tap_ok(pendo_share_wait(&share, 0, now) <= 2 * SECOND, "of that length");
}

/*
 * Playing it out: the remote side with its limit, we with as much to send as a
 * budget allows, and another client, millisecond by millisecond.
 */
typedef enum Pattern
{
	EVENLY,
	EACH_SECOND,
	EACH_INTERVAL
} Pattern;

typedef struct Play
{
	const char *name;
	bool is_fixed; /* intervals begin anew, instead of rolling */
	int way_ms;	   /* to the remote side, and back */
	int work_ms;   /* there */
	double rate;   /* our budget's, a second */
	int burst;
	double others; /* the share of the limit that the other client takes */
	Pattern pattern;
	bool forget;   /* restart amidst */
	bool is_early; /* it is there from the beginning */

	/* at most, and at least */
	double others_refused; /* of theirs, from the beginning */
	int refused;		   /* of ours, likewise */
	double used;		   /* of what they leave, once it has settled */
} Play;

static const Play plays[] = {
	{"alone", false, 1, 20, 18.5, 5, 0, EVENLY, false, false, 0, 0, 0.98},
	{"alone, far away", false, 100, 900, 18.5, 5, 0, EVENLY, false, false, 0, 0,
	 0.98},
	{"alone, fixed", true, 1, 20, 18.5, 5, 0, EVENLY, false, false, 0, 0, 0.98},
	{"alone, budget too large", false, 1, 20, 30, 20, 0, EVENLY, false, false,
	 0, 0, 0.97},
	{"alone, restart", false, 1, 20, 18.5, 5, 0, EVENLY, true, false, 0, 0,
	 0.85},
	{"a tenth", false, 1, 20, 18.5, 5, 0.1, EVENLY, false, false, 0.01, 2, 0.9},
	{"a third", false, 1, 20, 18.5, 5, 0.33, EVENLY, false, false, 0.01, 2,
	 0.85},
	{"half", false, 1, 20, 18.5, 5, 0.5, EVENLY, false, false, 0.01, 2, 0.95},
	{"half, far away", false, 100, 900, 18.5, 5, 0.5, EVENLY, false, false,
	 0.02, 15, 0.95},
	{"half, small budget", false, 50, 300, 10, 20, 0.5, EVENLY, false, false, 0,
	 0, 0.95},
	{"half, slow answers", false, 1, 500, 18.5, 5, 0.5, EVENLY, false, false,
	 0.01, 2, 0.95},
	{"half, both begin", false, 1, 20, 18.5, 5, 0.5, EVENLY, false, true, 0.01,
	 2, 0.95},
	{"half, both begin far away", false, 100, 900, 18.5, 5, 0.5, EVENLY, false,
	 true, 0.02, 15, 0.95},
	{"half, restart", false, 1, 20, 18.5, 5, 0.5, EVENLY, true, false, 0.01, 20,
	 0.95},
	{"half, each second", false, 50, 300, 18.5, 5, 0.5, EACH_SECOND, false,
	 false, 0.02, 8, 0.95},
	{"much at once, small budget", false, 50, 300, 10, 20, 0.4, EACH_INTERVAL,
	 false, false, 0.01, 0, 0.95},
	/* Who pays no heed to us gets what he wants, but for what we get in. */
	{"nine tenths", false, 1, 20, 10, 20, 0.9, EVENLY, false, false, 0.3, 1000,
	 0.4},
	/* Only the end of an interval tells what others want. */
	{"half, fixed", true, 50, 300, 18.5, 5, 0.5, EVENLY, false, false, 0.2, 40,
	 0.9},
};

#define MOST_KEPT  8192
#define UNDER_WAY  64
#define JOIN_AT	   (BEGIN + 30 * SECOND)
#define SETTLED_AT (BEGIN + 60 * SECOND)
#define END_AT	   (BEGIN + 160 * SECOND)

typedef struct Request
{
	int64 sent_at;
	int64 arrives_at;
	int64 answered_at;
	int remaining; /* -1: has not arrived */
	bool is_refused;
} Request;

static struct
{
	int64 accepted[MOST_KEPT]; /* when */
	int accepted_count;
	Request requests[UNDER_WAY];
	int under_way;
	double tokens;
	int64 held_until;
	double theirs_due;

	int theirs, theirs_refused, ours_refused;
	int theirs_settled, ours_settled;
} state;

static int
used(const Play *play, int64 now)
{
	int64 from = play->is_fixed ? now / INTERVAL * INTERVAL - 1
								: now - INTERVAL;
	int count = 0;

	for (int i = state.accepted_count; i > 0 && state.accepted[i - 1] > from;
		 i--)
		count++;
	return count;
}

/* The remote side takes a request, or refuses it. */
static bool
accept_one(const Play *play, int64 now)
{
	if (used(play, now) >= LIMIT)
		return false;
	state.accepted[state.accepted_count++] = now;
	return true;
}

static void
others_send(const Play *play, int64 now)
{
	static const int64 periods[] =
		{[EVENLY] = MS, [EACH_SECOND] = SECOND, [EACH_INTERVAL] = INTERVAL};

	if ((now < JOIN_AT && !play->is_early) || now % periods[play->pattern] != 0)
		return;
	state.theirs_due += play->others * LIMIT * periods[play->pattern] /
						INTERVAL;
	for (; state.theirs_due >= 1; state.theirs_due--)
	{
		bool accepted = accept_one(play, now);

		state.theirs++;
		state.theirs_refused += !accepted;
		state.theirs_settled += accepted && now >= SETTLED_AT;
	}
}

static void
arrive(const Play *play, Request *request, int64 now)
{
	request->is_refused = !accept_one(play, now);
	request->remaining = LIMIT - used(play, now);
	state.ours_refused += request->is_refused;
	state.ours_settled += !request->is_refused && now >= SETTLED_AT;
}

static void
heed(const Request *request, int64 now)
{
	told(request->remaining, request->sent_at, now);
	state.tokens = Min(state.tokens, request->remaining);
	if (request->is_refused)
	{
		state.tokens = 0;
		state.held_until = now + SECOND;
	}
}

static void
move_requests(const Play *play, int64 now)
{
	for (int i = 0; i < state.under_way; i++)
	{
		Request *request = &state.requests[i];

		if (request->remaining < 0 && request->arrives_at <= now)
			arrive(play, request, now);
		if (request->answered_at > now)
			continue;
		heed(request, now);
		*request = state.requests[--state.under_way];
		i--;
	}
}

static void
we_send(const Play *play, int64 now)
{
	state.tokens = Min(state.tokens + play->rate / 1000, play->burst);
	while (now >= state.held_until && state.tokens >= 1 &&
		   state.under_way < UNDER_WAY && pendo_share_wait(&share, 0, now) == 0)
	{
		Request *request = &state.requests[state.under_way++];

		state.tokens -= 1;
		pendo_share_count(&share, now);
		request->sent_at = now;
		request->arrives_at = now + play->way_ms * MS;
		request->answered_at = request->arrives_at +
							   (play->work_ms + play->way_ms) * MS;
		request->remaining = -1;
	}
}

static void
test_play(const Play *play)
{
	double intervals = (double) (END_AT - SETTLED_AT) / INTERVAL;
	double left;
	double refused;
	double share_used;

	anew();
	memset(&state, 0, sizeof(state));
	for (int64 now = BEGIN; now < END_AT; now += MS)
	{
		if (play->forget && now == SETTLED_AT)
			anew();
		move_requests(play, now);
		others_send(play, now);
		we_send(play, now);
	}
	/* Half stays ours, and more than our budget we cannot use. */
	left = Max(LIMIT * intervals - state.theirs_settled, LIMIT * intervals / 2);
	left = Min(left, play->rate * (END_AT - SETTLED_AT) / SECOND);
	refused = (double) state.theirs_refused / Max(state.theirs, 1);
	share_used = state.ours_settled / left;
	tap_ok(refused <= play->others_refused, "%s: %.3f of theirs refused",
		   play->name, refused);
	tap_ok(state.ours_refused <= play->refused, "%s: %d of ours refused",
		   play->name, state.ours_refused);
	tap_ok(share_used >= play->used, "%s: %.3f of what is left used",
		   play->name, share_used);
}

int
main(void)
{
	test_alone();
	test_others();
	test_answers();
	for (int i = 0; i < lengthof(plays); i++)
		test_play(&plays[i]);
	return tap_done();
}
