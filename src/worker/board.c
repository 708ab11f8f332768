/*-------------------------------------------------------------------------
 *
 * worker/board.c
 *	  What is due, for whom, and who is at it: shared by all processes.
 *
 * One entry for a role in a database.  One lock guards the whole board; it is
 * held for arithmetic, for setting latches, and never over anything that can
 * fail.  Entries stay where they are while in use, so that a worker can keep
 * its index.
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
 * Roles with pulls, in all databases of the server.  Where they are more, some
 * must wait until a survey finds room; 1024 entries take 64 kB.
 */
#define ENTRY_COUNT 1024

/* Databases to survey; when they are more, all are surveyed. */
#define WAKE_COUNT 64

#define TRANCHE	   "PendoBoard"

typedef struct Survey
{
	Oid database;
	bool is_done;
} Survey;

/* The lock guards all of it. */
typedef struct Board
{
	Latch *launcher; /* NULL: none is running */
	bool is_crowded;
	bool wake_all;
	int wake_count;
	Oid wakes[WAKE_COUNT];
	Survey surveys[PENDO_SURVEYS];
	int used; /* entries from here on were never used */
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
	entry->state = to;
	entry->pid = to == PENDO_RUNNING ? MyProcPid : 0;
	entry->latch = to == PENDO_RUNNING ? MyLatch : NULL;
	if (to == PENDO_FREE)
		memset(entry, 0, sizeof(PendoEntry));
}

/* The lock is held, as in all that follow. */
static PendoEntry *
find(Oid database, Oid role)
{
	for (int i = 0; i < board->used; i++)
	{
		PendoEntry *entry = &board->entries[i];

		if (entry->state != PENDO_FREE && entry->database == database &&
			entry->role == role)
			return entry;
	}
	return NULL;
}

/* The entry if it is in this state. */
static PendoEntry *
find_in(Oid database, Oid role, PendoEntryState state)
{
	PendoEntry *entry = find(database, role);

	return entry != NULL && entry->state == state ? entry : NULL;
}

static PendoEntry *
add(Oid database, Oid role)
{
	int i = 0;

	while (i < board->used && board->entries[i].state != PENDO_FREE)
		i++;
	if (i == ENTRY_COUNT)
		return NULL;
	board->used = Max(board->used, i + 1);
	move(&board->entries[i], PENDO_WAITING);
	board->entries[i].database = database;
	board->entries[i].role = role;
	return &board->entries[i];
}

static void
wake_launcher(void)
{
	if (board->launcher != NULL)
		SetLatch(board->launcher);
}

/* Count a failure; true if the last one was not like it. */
static bool
note_failure(PendoEntry *entry, int sqlstate)
{
	bool is_news = entry->failures == 0 || entry->last_error != sqlstate;

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

static void
want_survey(Oid database)
{
	for (int i = 0; i < board->wake_count; i++)
	{
		if (board->wakes[i] == database)
			return;
	}
	if (board->wake_count == WAKE_COUNT)
		board->wake_all = true;
	else
		board->wakes[board->wake_count++] = database;
}

void
pendo_board_wake(Oid database)
{
	LWLockAcquire(lock, LW_EXCLUSIVE);
	want_survey(database);
	for (int i = 0; i < board->used; i++)
	{
		PendoEntry *entry = &board->entries[i];

		if (entry->database != database)
			continue;
		if (entry->state == PENDO_RUNNING)
		{
			entry->wakes++;
			SetLatch(entry->latch);
		}
		else if (MyBackendType == B_BACKEND)
			entry->not_before = 0; /* somebody has mended it, perhaps */
	}
	wake_launcher();
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

bool
pendo_board_take_wakes(List **databases)
{
	Oid wakes[WAKE_COUNT];
	int count;
	bool all;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	all = board->wake_all;
	count = board->wake_count;
	memcpy(wakes, board->wakes, sizeof(wakes));
	board->wake_all = false;
	board->wake_count = 0;
	LWLockRelease(lock);

	*databases = NIL;
	for (int i = 0; i < count; i++)
		*databases = lappend_oid(*databases, wakes[i]);
	return !all;
}

bool
pendo_board_start(Oid database, Oid role)
{
	PendoEntry *entry;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find_in(database, role, PENDO_WAITING);
	if (entry != NULL)
		move(entry, PENDO_STARTING);
	LWLockRelease(lock);
	return entry != NULL;
}

void
pendo_board_start_failed(Oid database, Oid role)
{
	PendoEntry *entry;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find_in(database, role, PENDO_STARTING);
	if (entry != NULL)
		move(entry, PENDO_WAITING);
	LWLockRelease(lock);
}

void
pendo_board_retry(Oid database, Oid role, TimestampTz not_before)
{
	PendoEntry *entry;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find_in(database, role, PENDO_FAILED);
	if (entry != NULL)
	{
		move(entry, PENDO_WAITING);
		entry->not_before = not_before;
	}
	LWLockRelease(lock);
}

void
pendo_board_forget(Oid database, Oid role)
{
	PendoEntry *entry;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find_in(database, role, PENDO_WAITING);
	if (entry != NULL)
		move(entry, PENDO_FREE);
	LWLockRelease(lock);
}

bool
pendo_board_refuse(Oid database, Oid role, int sqlstate)
{
	PendoEntry *entry;
	bool is_news = false;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find_in(database, role, PENDO_WAITING);
	if (entry != NULL)
		is_news = note_failure(entry, sqlstate);
	wake_launcher(); /* the caller: to see it as failed */
	LWLockRelease(lock);
	return is_news;
}

void
pendo_board_not_begun(Oid database, Oid role)
{
	PendoEntry *entry;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find_in(database, role, PENDO_STARTING);
	if (entry != NULL)
		note_failure(entry, 0);
	LWLockRelease(lock);
}

void
pendo_board_set_crowded(bool is_crowded)
{
	LWLockAcquire(lock, LW_EXCLUSIVE);
	for (int i = 0; i < board->used && is_crowded && !board->is_crowded; i++)
	{
		if (board->entries[i].state == PENDO_RUNNING)
			SetLatch(board->entries[i].latch);
	}
	board->is_crowded = is_crowded;
	LWLockRelease(lock);
}

static bool
is_among(Oid role, const PendoDue *due, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (due[i].role == role)
			return true;
	}
	return false;
}

/* Entries of this database that have nothing due any more. */
static void
drop_others(Oid database, const PendoDue *due, int count)
{
	for (int i = 0; i < board->used; i++)
	{
		PendoEntry *entry = &board->entries[i];

		if (entry->database == database &&
			(entry->state == PENDO_WAITING || entry->state == PENDO_FAILED) &&
			!is_among(entry->role, due, count))
			move(entry, PENDO_FREE);
	}
}

/*
 * A running worker knows better than a survey that began before it looked; and
 * it will look again after each wake.
 */
bool
pendo_board_replace(Oid database, const PendoDue *due, int count)
{
	bool has_room = true;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	drop_others(database, due, count);
	for (int i = 0; i < count && has_room; i++)
	{
		PendoEntry *entry = find(database, due[i].role);

		if (entry == NULL)
			entry = add(database, due[i].role);
		if (entry == NULL)
			has_room = false;
		else if (entry->state != PENDO_RUNNING)
			entry->due_at = due[i].due_at;
	}
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
pendo_board_claim(Oid database, Oid role)
{
	PendoEntry *entry;

	Assert(mine == NULL);
	before_shmem_exit(give_up, 0);
	LWLockAcquire(lock, LW_EXCLUSIVE);
	entry = find(database, role);
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
	uint32 wakes;

	LWLockAcquire(lock, LW_SHARED);
	wakes = mine->wakes;
	LWLockRelease(lock);
	return wakes;
}

bool
pendo_board_is_crowded(void)
{
	bool is_crowded;

	LWLockAcquire(lock, LW_SHARED);
	is_crowded = board->is_crowded;
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

bool
pendo_board_leave(TimestampTz due_at, uint32 wakes)
{
	bool may_leave;

	LWLockAcquire(lock, LW_EXCLUSIVE);
	may_leave = mine->wakes == wakes;
	if (may_leave)
	{
		report(due_at);
		move(mine, due_at == DT_NOEND ? PENDO_FREE : PENDO_WAITING);
		mine = NULL;
		wake_launcher();
	}
	LWLockRelease(lock);
	return may_leave;
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
