/*-------------------------------------------------------------------------
 *
 * worker/board.c
 *	  What is due, for whom, and who is at it: shared by all processes.
 *
 * One entry for a task of a role in a database.  One lock guards the whole
 * board; it is held for arithmetic, for setting latches, and never over
 * anything that can fail.  Entries stay where they are while in use, so that a
 * worker can keep its own.
 *
 * An entry in the state RUNNING is its worker's: surveys and the launcher let
 * it be.  The worker's exit callback gives it back, however the process ends,
 * but for a crash, which makes the whole board anew.
 *
 * The latches are those of PGPROC, in shared memory too.  One that is set
 * after its process has gone wakes a stranger for nothing, which every user of
 * latches must bear.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/timestamp.h"
#include "worker/board.h"

/*
 * Roles with pulls, and roles with deliveries, in all databases of the server.
 * Where they are more, some must wait until a survey finds room; 1024 entries
 * take 64 kB.
 */
#define ENTRY_COUNT 1024

/* Databases to survey; when they are more, all are surveyed. */
#define WANTED_COUNT 64

#define TRANCHE		 "PendoBoard"

typedef struct Survey
{
	Oid database;
	bool is_done;
} Survey;

typedef struct Wanted
{
	bool all;
	int count;
	Oid databases[WANTED_COUNT];
} Wanted;

/* The lock guards all of it; "wakes" of entries may rise under a shared one. */
typedef struct Board
{
	Latch *launcher; /* NULL: none is running */
	bool is_crowded[PENDO_TASKS];
	Wanted wakes; /* to be surveyed now */
	Wanted calls; /* for the sake of one more thing to do */
	Survey surveys[PENDO_SURVEYS];
	uint64 survey_count; /* that have begun */
	int used;			 /* entries from here on were never used */
	PendoEntry entries[ENTRY_COUNT];
} Board;

static Board *board = NULL;
static LWLock *lock = NULL;

/* This worker's own entry. */
static PendoEntry *mine = NULL;

void
pendo_board_request_shmem(void)
{
	RequestAddinShmemSpace(MAXALIGN(sizeof(Board)));
	RequestNamedLWLockTranche(TRANCHE, 1);
}

void
pendo_board_start_shmem(void)
{
	bool found;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	board = ShmemInitStruct("pendo_fdw board", sizeof(Board), &found);
	if (!found)
		memset(board, 0, sizeof(Board));
	lock = &GetNamedLWLockTranche(TRANCHE)->lock;
	LWLockRelease(AddinShmemInitLock);
}

bool
pendo_board_exists(void)
{
	return board != NULL;
}

/*
 * The one place where a state changes.
 */
static void
move(PendoEntry *entry, PendoEntryState to)
{
	static const bool allowed[5][5] = {
		[PENDO_FREE] = {[PENDO_WAITING] = true},
		[PENDO_WAITING] = {[PENDO_FREE] = true,
						   [PENDO_STARTING] = true,
						   [PENDO_RUNNING] = true,
						   [PENDO_FAILED] = true},
		[PENDO_STARTING] = {[PENDO_WAITING] = true,
							[PENDO_RUNNING] = true,
							[PENDO_FAILED] = true},
		[PENDO_RUNNING] = {[PENDO_FREE] = true,
						   [PENDO_WAITING] = true,
						   [PENDO_FAILED] = true},
		[PENDO_FAILED] = {[PENDO_FREE] = true, [PENDO_WAITING] = true},
	};

	Assert(LWLockHeldByMeInMode(lock, LW_EXCLUSIVE));
	Assert(allowed[entry->state][to]);
	(void) allowed;
	if (entry->state == PENDO_RUNNING)
		entry->told = board->survey_count;
	entry->state = to;
	entry->pid = to == PENDO_RUNNING ? MyProcPid : 0;
	entry->latch = to == PENDO_RUNNING ? MyLatch : NULL;
	if (to == PENDO_FREE)
		memset(entry, 0, sizeof(PendoEntry));
}

static bool
is_same(PendoKey a, PendoKey b)
{
	return a.database == b.database && a.role == b.role && a.task == b.task;
}

/* The lock is held, as in all that follow. */
static PendoEntry *
find(PendoKey key)
{
	static int last = 0; /* the same is wanted again and again */

	for (int i = 0; i < board->used; i++)
	{
		int place = (last + i) % board->used;
		PendoEntry *entry = &board->entries[place];

		if (entry->state != PENDO_FREE && is_same(entry->key, key))
		{
			last = place;
			return entry;
		}
	}
	return NULL;
}

/* The entry if it is in this state. */
static PendoEntry *
find_in(PendoKey key, PendoEntryState state)
{
	PendoEntry *entry = find(key);

	return entry != NULL && entry->state == state ? entry : NULL;
}

static PendoEntry *
add(PendoKey key)
{
	int i = 0;

	while (i < board->used && board->entries[i].state != PENDO_FREE)
		i++;
	if (i == ENTRY_COUNT)
		return NULL;
	board->used = Max(board->used, i + 1);
	move(&board->entries[i], PENDO_WAITING);
	board->entries[i].key = key;
	return &board->entries[i];
}

static void
wake_launcher(void)
{
	if (board->launcher != NULL)
		SetLatch(board->launcher);
}

/*
 * Count a failure; true if the last one was not like it.  Whatever it had been
 * woken for and did not look at is due.
 */
static bool
note_failure(PendoEntry *entry, int sqlstate)
{
	bool is_news = entry->failures == 0 || entry->last_error != sqlstate;

	if (entry->state == PENDO_RUNNING)
		entry->due_at = Min(entry->due_at, GetCurrentTimestamp());
	move(entry, PENDO_FAILED);
	if (entry->failures < INT_MAX)
		entry->failures++;
	entry->last_error = sqlstate;
	return is_news;
}

PendoEntry *
pendo_board_entries(int *count)
{
	PendoEntry *copies = palloc(sizeof(board->entries));

	*count = 0;
	LWLockAcquire(lock, LW_SHARED);
	for (int i = 0; i < board->used; i++)
	{
		if (board->entries[i].state != PENDO_FREE)
			copies[(*count)++] = board->entries[i];
	}
	LWLockRelease(lock);
	return copies;
}

static bool
is_wanted(const Wanted *wanted, Oid database)
{
	for (int i = 0; i < wanted->count; i++)
	{
		if (wanted->databases[i] == database)
			return true;
	}
	return wanted->all;
}

static void
want(Wanted *wanted, Oid database)
{
	if (is_wanted(wanted, database))
		return;
	if (wanted->count == WANTED_COUNT)
		wanted->all = true;
	else
		wanted->databases[wanted->count++] = database;
}

/* Its worker looks again before it leaves; a shared lock will do. */
static void
wake_worker(PendoEntry *entry)
{
	pg_atomic_fetch_add_u32(&entry->wakes, 1);
	SetLatch(entry->latch);
}

void
pendo_board_wake(Oid database)
{
	LWLockAcquire(lock, LW_EXCLUSIVE);
	want(&board->wakes, database);
	for (int i = 0; i < board->used; i++)
	{
		PendoEntry *entry = &board->entries[i];

		if (entry->key.database != database)
			continue;
		if (entry->state == PENDO_RUNNING)
			wake_worker(entry);
		else if (MyBackendType == B_BACKEND)
			entry->not_before = 0; /* somebody has mended it, perhaps */
	}
	wake_launcher();
	LWLockRelease(lock);
}

/*
 * Is everybody told of this entry's work who must be?  If it has a worker, that
 * is done here, and under the lock that keeps the worker from leaving.
 */
static bool
is_told(PendoEntry *entry, PendoKey key)
{
	if (entry == NULL)
		return is_wanted(&board->calls, key.database);
	if (entry->state == PENDO_RUNNING)
	{
		wake_worker(entry);
		return true;
	}
	return entry->told == board->survey_count &&
		   entry->due_at <= GetCurrentTimestamp();
}

/* A survey that is under way may have come too early: its word is no news. */
static void
tell(PendoEntry *entry, PendoKey key)
{
	if (entry == NULL)
		want(&board->calls, key.database);
	else
	{
		entry->due_at = Min(entry->due_at, GetCurrentTimestamp());
		entry->told = board->survey_count;
	}
	wake_launcher();
}

void
pendo_board_wake_one(PendoKey key)
{
	bool is_done;

	LWLockAcquire(lock, LW_SHARED);
	is_done = is_told(find(key), key);
	LWLockRelease(lock);
	if (is_done)
		return;

	/* It may have changed in between. */
	LWLockAcquire(lock, LW_EXCLUSIVE);
	if (!is_told(find(key), key))
		tell(find(key), key);
	LWLockRelease(lock);
}

static void
leave_launcher(int code, Datum arg)
{
	LWLockAcquire(lock, LW_EXCLUSIVE);
	if (board->launcher == MyLatch)
		board->launcher = NULL;
	LWLockRelease(lock);
}

/*
 * What a former launcher had asked for is nobody's child now.  A worker that
 * comes of it still finds its entry, or finds that another has it.
 */
void
pendo_board_enter_launcher(void)
{
	before_shmem_exit(leave_launcher, 0);
	LWLockAcquire(lock, LW_EXCLUSIVE);
	board->launcher = MyLatch;
	for (int i = 0; i < board->used; i++)
	{
		if (board->entries[i].state == PENDO_STARTING)
			move(&board->entries[i], PENDO_WAITING);
	}
	LWLockRelease(lock);
}

/* False if that is all of them. */
static bool
take(Wanted *wanted, List **databases)
{
	Wanted taken;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	taken = *wanted;
	memset(wanted, 0, sizeof(Wanted));
	LWLockRelease(lock);

	*databases = NIL;
	for (int i = 0; i < taken.count; i++)
		*databases = lappend_oid(*databases, taken.databases[i]);
	return !taken.all;
}

bool
pendo_board_take_wakes(List **databases)
{
	return take(&board->wakes, databases);
}

bool
pendo_board_take_calls(List **databases)
{
	return take(&board->calls, databases);
}

bool
pendo_board_has_calls(void)
{
	bool has_calls;

	LWLockAcquire(lock, LW_SHARED);
	has_calls = board->calls.count > 0;
	LWLockRelease(lock);
	return has_calls;
}

bool
pendo_board_start(PendoKey key)
{
	PendoEntry *entry;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find_in(key, PENDO_WAITING);
	if (entry != NULL)
		move(entry, PENDO_STARTING);
	LWLockRelease(lock);
	return entry != NULL;
}

void
pendo_board_start_failed(PendoKey key)
{
	PendoEntry *entry;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find_in(key, PENDO_STARTING);
	if (entry != NULL)
		move(entry, PENDO_WAITING);
	LWLockRelease(lock);
}

void
pendo_board_retry(PendoKey key, TimestampTz not_before)
{
	PendoEntry *entry;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find_in(key, PENDO_FAILED);
	if (entry != NULL)
	{
		move(entry, PENDO_WAITING);
		entry->not_before = not_before;
	}
	LWLockRelease(lock);
}

void
pendo_board_forget(PendoKey key)
{
	PendoEntry *entry;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find_in(key, PENDO_WAITING);
	if (entry != NULL)
		move(entry, PENDO_FREE);
	LWLockRelease(lock);
}

bool
pendo_board_refuse(PendoKey key, int sqlstate)
{
	PendoEntry *entry;
	bool is_news = false;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find_in(key, PENDO_WAITING);
	if (entry != NULL)
		is_news = note_failure(entry, sqlstate);
	wake_launcher(); /* the caller: to see it as failed */
	LWLockRelease(lock);
	return is_news;
}

void
pendo_board_not_begun(PendoKey key)
{
	PendoEntry *entry;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find_in(key, PENDO_STARTING);
	if (entry != NULL)
		note_failure(entry, 0);
	LWLockRelease(lock);
}

void
pendo_board_set_crowded(const bool is_crowded[PENDO_TASKS])
{
	LWLockAcquire(lock, LW_EXCLUSIVE);
	for (int i = 0; i < board->used; i++)
	{
		PendoEntry *entry = &board->entries[i];

		if (entry->state == PENDO_RUNNING && is_crowded[entry->key.task] &&
			!board->is_crowded[entry->key.task])
			SetLatch(entry->latch);
	}
	memcpy(board->is_crowded, is_crowded, sizeof(board->is_crowded));
	LWLockRelease(lock);
}

uint64
pendo_board_survey_number(void)
{
	uint64 number;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	number = ++board->survey_count;
	LWLockRelease(lock);
	return number;
}

static bool
is_among(PendoKey key, const PendoDue *due, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (due[i].role == key.role && due[i].task == key.task)
			return true;
	}
	return false;
}

/* Entries of this database that have nothing due any more. */
static void
drop_others(Oid database, const PendoDue *due, int count, uint64 survey)
{
	for (int i = 0; i < board->used; i++)
	{
		PendoEntry *entry = &board->entries[i];

		if (entry->key.database == database && entry->told < survey &&
			(entry->state == PENDO_WAITING || entry->state == PENDO_FAILED) &&
			!is_among(entry->key, due, count))
			move(entry, PENDO_FREE);
	}
}

/* False if there is no room for it. */
static bool
put(Oid database, const PendoDue *due, uint64 survey)
{
	PendoKey key = {database, due->role, due->task};
	PendoEntry *entry = find(key);

	if (entry == NULL)
		entry = add(key);
	if (entry == NULL)
		return false;
	if (entry->state != PENDO_RUNNING && entry->told < survey)
		entry->due_at = due->due_at;
	return true;
}

/*
 * A running worker knows better than a survey that began before it looked; and
 * it will look again after each wake.  So does one that has left since, and who
 * told of something to do.
 */
bool
pendo_board_replace(Oid database, const PendoDue *due, int count, uint64 survey)
{
	bool has_room = true;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	drop_others(database, due, count, survey);
	for (int i = 0; i < count && has_room; i++)
		has_room = put(database, &due[i], survey);
	wake_launcher();
	LWLockRelease(lock);
	return has_room;
}

void
pendo_board_survey_start(int number, Oid database)
{
	LWLockAcquire(lock, LW_EXCLUSIVE);
	board->surveys[number].database = database;
	board->surveys[number].is_done = false;
	LWLockRelease(lock);
}

void
pendo_board_survey_done(int number, Oid database)
{
	LWLockAcquire(lock, LW_EXCLUSIVE);
	if (board->surveys[number].database == database)
		board->surveys[number].is_done = true;
	LWLockRelease(lock);
}

bool
pendo_board_survey_is_done(int number)
{
	bool is_done;

	LWLockAcquire(lock, LW_SHARED);
	is_done = board->surveys[number].is_done;
	LWLockRelease(lock);
	return is_done;
}

/* The process ends: killed, refused by the database, or out of memory. */
static void
give_up(int code, Datum arg)
{
	if (mine != NULL)
		pendo_board_fail(0);
}

bool
pendo_board_claim(PendoKey key)
{
	PendoEntry *entry;

	Assert(mine == NULL);
	before_shmem_exit(give_up, 0);
	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find(key);
	if (entry != NULL &&
		(entry->state == PENDO_STARTING || entry->state == PENDO_WAITING))
	{
		move(entry, PENDO_RUNNING);
		mine = entry;
	}
	LWLockRelease(lock);
	return mine != NULL;
}

bool
pendo_board_has_mine(void)
{
	return mine != NULL;
}

uint32
pendo_board_wakes(void)
{
	return pg_atomic_read_u32(&mine->wakes);
}

bool
pendo_board_is_crowded(void)
{
	bool is_crowded;

	LWLockAcquire(lock, LW_SHARED);
	is_crowded = board->is_crowded[mine->key.task];
	LWLockRelease(lock);
	return is_crowded;
}

/* The lock is held. */
static void
report(TimestampTz due_at)
{
	mine->due_at = due_at;
	mine->failures = 0;
	mine->last_error = 0;
	mine->not_before = 0;
}

void
pendo_board_report(TimestampTz due_at)
{
	LWLockAcquire(lock, LW_EXCLUSIVE);
	report(due_at);
	LWLockRelease(lock);
}

/* The lock is held. */
static void
leave(TimestampTz due_at, bool is_over)
{
	report(due_at);
	move(mine, is_over ? PENDO_FREE : PENDO_WAITING);
	mine = NULL;
	wake_launcher();
}

bool
pendo_board_leave(TimestampTz due_at, bool is_over, uint32 wakes)
{
	bool may_leave;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	may_leave = pendo_board_wakes() == wakes;
	if (may_leave)
		leave(due_at, is_over);
	LWLockRelease(lock);
	return may_leave;
}

void
pendo_board_make_room(void)
{
	LWLockAcquire(lock, LW_EXCLUSIVE);
	leave(GetCurrentTimestamp(), false);
	LWLockRelease(lock);
}

bool
pendo_board_fail(int sqlstate)
{
	bool is_news;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	is_news = note_failure(mine, sqlstate);
	mine = NULL;
	wake_launcher();
	LWLockRelease(lock);
	return is_news;
}
