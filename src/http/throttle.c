/*-------------------------------------------------------------------------
 *
 * http/throttle.c
 *	  Request budgets shared by all backends.
 *
 * A table of token buckets in shared memory.  One lock guards all of it: it
 * is held for arithmetic alone, once for each HTTP request.
 *
 * A backend keeps the key of each budget it uses.  When a bucket was taken
 * over for another key meanwhile, it is found or made anew, empty, at the next
 * use; so a pointer to a PendoBudget stays valid.
 *
 * A bucket bounds what we send, whoever else there is.  Where answers tell of a
 * limit, share.c has others who use it keep their part: it may ask for a longer
 * wait, and never grants a token.
 *
 * All times in shared memory are of the monotonic clock, which every process
 * of the machine shares: setting the wall clock neither grants nor denies.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "http/clock.h"
#include "http/keyed_hash.h"
#include "http/share.h"
#include "http/shared_table.h"
#include "http/throttle.h"
#include "miscadmin.h"
#include "storage/shmem.h"
#include "utils/formatting.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/*
 * Pairs of host and credential in use at the same time on one machine.  The
 * table must fit into what the server leaves unreserved, for use without
 * preload: 256 buckets take about 50 kB.
 */
#define BUCKET_COUNT 256

/* Nobody is held longer: a remote clock or a bad header may say anything. */
#define MAX_HOLD_US (INT64CONST(24) * 3600 * 1000 * 1000)

/* When every bucket is held, so that none can be had: ask again after this. */
#define FULL_TABLE_US (INT64CONST(1000) * 1000)

/*
 * Share of the burst that a class leaves to the classes before it.  Signals
 * are few and people wait for them; a push is a promise to another system; a
 * pull catches up by itself; an analyst's query can be run again.
 */
static const double left_to_others[PENDO_CLASS_COUNT] = {
	[PENDO_CLASS_SIGNAL] = 0.0,
	[PENDO_CLASS_PUSH] = 0.1,
	[PENDO_CLASS_PULL] = 0.25,
	[PENDO_CLASS_ANALYST] = 0.4,
};

/*
 * Of a larger burst, only this much is shared out so: a new bucket is empty,
 * and its first request would wait until the others' share has come in.
 */
#define MOST_SHARED 10

typedef struct Bucket
{
	bool in_use;
	uint8 key[PENDO_KEYED_HASH_BYTES];
	double rate; /* tokens a second; 0: no limit */
	double tokens;
	int burst;
	int64 refilled_at;
	int64 held_until; /* 0: no hold */
	int64 used_at;
	PendoShare share; /* of a limit that answers told of */
} Bucket;

typedef struct Table
{
	PendoTableHead head;
	Bucket buckets[BUCKET_COUNT];
} Table;

struct PendoBudget
{
	PendoBudget *next; /* of this backend */
	uint8 key[PENDO_KEYED_HASH_BYTES];
	double rate;
	int burst;
	int index; /* where the bucket was last; a guess */
};

static Table *table = NULL;
static PendoBudget *budgets = NULL;

void
pendo_throttle_request_shmem(void)
{
	RequestAddinShmemSpace(MAXALIGN(sizeof(Table)));
}

static void
attach(void)
{
	if (table == NULL)
		table = pendo_shared_table("pendo_fdw throttle", sizeof(Table),
								   "PendoThrottle");
}

static bool
has_key(const Bucket *bucket, const uint8 *key)
{
	return bucket->in_use &&
		   memcmp(bucket->key, key, PENDO_KEYED_HASH_BYTES) == 0;
}

/*
 * An unused bucket, else of those that are not held the one used longest ago,
 * or -1.  Who loses a bucket gets another that begins empty: slower for a
 * moment, never faster.
 */
static int
choose_bucket(int64 now)
{
	int chosen = -1;

	for (int i = 0; i < BUCKET_COUNT; i++)
	{
		const Bucket *bucket = &table->buckets[i];

		if (!bucket->in_use)
			return i;
		if (bucket->held_until <= now &&
			(chosen < 0 || bucket->used_at < table->buckets[chosen].used_at))
			chosen = i;
	}
	return chosen;
}

static int
find_bucket(const uint8 *key)
{
	for (int i = 0; i < BUCKET_COUNT; i++)
	{
		if (has_key(&table->buckets[i], key))
			return i;
	}
	return -1;
}

/* The lock is held.  NULL if the table is full of buckets that are held. */
static Bucket *
bucket_of(PendoBudget *budget, int64 now)
{
	Bucket *bucket = &table->buckets[budget->index];
	int index;

	if (has_key(bucket, budget->key))
		return bucket;
	index = find_bucket(budget->key);
	if (index >= 0)
	{
		budget->index = index;
		return &table->buckets[index];
	}
	index = choose_bucket(now);
	if (index < 0)
		return NULL;
	budget->index = index;
	bucket = &table->buckets[index];
	memset(bucket, 0, sizeof(Bucket));
	bucket->in_use = true;
	memcpy(bucket->key, budget->key, PENDO_KEYED_HASH_BYTES);
	bucket->rate = budget->rate;
	bucket->burst = budget->burst;
	bucket->refilled_at = now;
	bucket->used_at = now;
	return bucket;
}

static void
refill(Bucket *bucket, int64 now)
{
	double elapsed = (now - bucket->refilled_at) / 1e6;

	if (elapsed <= 0)
		return; /* held: nothing flows in before its end */
	bucket->tokens = Min(bucket->tokens + elapsed * bucket->rate,
						 (double) bucket->burst);
	bucket->refilled_at = now;
}

static PendoBudget *
known_budget(const uint8 *key)
{
	for (PendoBudget *budget = budgets; budget != NULL; budget = budget->next)
	{
		if (memcmp(budget->key, key, PENDO_KEYED_HASH_BYTES) == 0)
			return budget;
	}
	return NULL;
}

PendoBudget *
pendo_throttle_budget(const char *host, const char *credential, double rate,
					  int burst)
{
	uint8 key[PENDO_KEYED_HASH_BYTES];
	PendoBudget *budget;
	Bucket *bucket;
	int64 now;

	attach();
	pendo_keyed_hash(table->head.salt, asc_tolower(host, strlen(host)),
					 credential ? credential : "", key);
	budget = known_budget(key);
	if (budget == NULL)
	{
		budget = MemoryContextAllocZero(TopMemoryContext, sizeof(PendoBudget));
		memcpy(budget->key, key, sizeof(key));
		budget->next = budgets;
		budgets = budget;
	}
	budget->rate = rate > 0 ? rate : 0;
	budget->burst = Max(burst, 1);

	LWLockAcquire(&table->head.lock, LW_EXCLUSIVE);
	now = pendo_monotonic_us();
	bucket = bucket_of(budget, now);
	if (bucket != NULL)
	{
		refill(bucket, now); /* what has passed counts at the old rate */
		bucket->rate = budget->rate;
		bucket->burst = budget->burst;
		bucket->tokens = Min(bucket->tokens, (double) bucket->burst);
	}
	LWLockRelease(&table->head.lock);
	return budget;
}

/* How many tokens this class leaves to those before it. */
static int
left_by(const Bucket *bucket, PendoRequestClass request_class)
{
	int shared = Min(bucket->burst, MOST_SHARED);

	return (int) (left_to_others[request_class] * shared);
}

/* Microseconds until this class may take a token; 0 for now. */
static int64
time_to_token(Bucket *bucket, PendoRequestClass request_class, int64 now)
{
	int left = left_by(bucket, request_class);
	double needed = Min(left + 1, bucket->burst);

	if (bucket->held_until > now)
		return bucket->held_until - now;
	if (bucket->rate > 0 && bucket->tokens < needed)
		return (int64) ceil((needed - bucket->tokens) / bucket->rate * 1e6);
	return pendo_share_wait(&bucket->share, left, now);
}

static void
spend(Bucket *bucket, int64 now)
{
	if (bucket->rate > 0)
		bucket->tokens -= 1.0;
	pendo_share_count(&bucket->share, now);
}

int64
pendo_throttle_take(PendoBudget *budget, PendoRequestClass request_class)
{
	Bucket *bucket;
	int64 wait = FULL_TABLE_US;
	int64 now;

	Assert(request_class < PENDO_CLASS_COUNT);
	LWLockAcquire(&table->head.lock, LW_EXCLUSIVE);
	now = pendo_monotonic_us();
	bucket = bucket_of(budget, now);
	if (bucket != NULL)
	{
		refill(bucket, now);
		bucket->used_at = now;
		wait = time_to_token(bucket, request_class, now);
		if (wait == 0)
			spend(bucket, now);
	}
	LWLockRelease(&table->head.lock);
	return Min((wait + 999) / 1000, MAX_HOLD_US / 1000);
}

/* Let nobody take a token for a while; what flows in begins after it. */
static void
hold(Bucket *bucket, int64 now, int64 length)
{
	int64 until = now + Min(length, MAX_HOLD_US);

	if (until <= bucket->held_until)
		return;
	bucket->held_until = until;
	bucket->tokens = 0;
	bucket->refilled_at = until;
}

void
pendo_throttle_hold(PendoBudget *budget, TimestampTz until)
{
	int64 length = until - GetCurrentTimestamp();
	Bucket *bucket;
	int64 now;

	if (length <= 0)
		return;
	LWLockAcquire(&table->head.lock, LW_EXCLUSIVE);
	now = pendo_monotonic_us();
	bucket = bucket_of(budget, now);
	if (bucket != NULL)
		hold(bucket, now, length);
	LWLockRelease(&table->head.lock);
}

TimestampTz
pendo_throttle_held_until(const PendoBudget *budget)
{
	int64 left = 0;
	int index;

	LWLockAcquire(&table->head.lock, LW_SHARED);
	index = find_bucket(budget->key);
	if (index >= 0)
		left = table->buckets[index].held_until - pendo_monotonic_us();
	LWLockRelease(&table->head.lock);
	return left > 0 ? GetCurrentTimestamp() + left : 0;
}

void
pendo_throttle_learn(PendoBudget *budget, int64 remaining, int64 window_ms)
{
	Bucket *bucket;
	int64 now;

	if (remaining < 0)
		return;
	LWLockAcquire(&table->head.lock, LW_EXCLUSIVE);
	now = pendo_monotonic_us();
	bucket = bucket_of(budget, now);
	if (bucket != NULL)
	{
		refill(bucket, now);
		bucket->tokens = Min(bucket->tokens, (double) remaining);
		if (remaining == 0 && window_ms > 0)
			hold(bucket, now, Min(window_ms, MAX_HOLD_US / 1000) * 1000);
	}
	LWLockRelease(&table->head.lock);
}

void
pendo_throttle_share(PendoBudget *budget, const PendoShareAnswer *answer)
{
	Bucket *bucket;
	int64 now;

	LWLockAcquire(&table->head.lock, LW_EXCLUSIVE);
	now = pendo_monotonic_us();
	bucket = bucket_of(budget, now);
	if (bucket != NULL)
		pendo_share_learn(&bucket->share, answer, now);
	LWLockRelease(&table->head.lock);
}

uint64
pendo_throttle_mark(const PendoBudget *budget)
{
	uint64 mark;

	memcpy(&mark, budget->key, sizeof(mark));
	return mark;
}
