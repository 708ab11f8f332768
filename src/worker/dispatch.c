/*-------------------------------------------------------------------------
 *
 * worker/dispatch.c
 *	  The launcher's part that starts workers for what is due.
 *
 * What the board says counts, not what this launcher remembers: workers may
 * have been started by one before it.  It remembers its own for one reason: a
 * worker that never began cannot say so.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_authid.h"
#include "compat.h"
#include "settings.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "worker/board.h"
#include "worker/launcher.h"
#include "worker/worker.h"

/* See rank(). */
#define HEAD_START (10 * USECS_PER_SEC)

typedef struct Child
{
	BackgroundWorkerHandle *handle; /* NULL: none */
	PendoKey key;
} Child;

/* Those that end are still there for a moment when the next are started. */
static Child children[2 * PENDO_MOST_WORKERS];

bool
pendo_has_ended(BackgroundWorkerHandle **handle)
{
	pid_t pid;

	if (GetBackgroundWorkerPid(*handle, &pid) != BGWH_STOPPED)
		return false;
	pfree(*handle);
	*handle = NULL;
	return true;
}

static void
reap_children(void)
{
	for (int i = 0; i < lengthof(children); i++)
	{
		Child *child = &children[i];

		if (child->handle != NULL && pendo_has_ended(&child->handle))
			pendo_board_not_begun(child->key);
	}
}

static Child *
free_child(void)
{
	for (int i = 0; i < lengthof(children); i++)
	{
		if (children[i].handle == NULL)
			return &children[i];
	}
	return NULL;
}

/*
 * Has this one had a worker that is not known to have ended?  Its end must not
 * be taken for that of the next.
 */
static bool
has_child(const PendoEntry *entry)
{
	for (int i = 0; i < lengthof(children); i++)
	{
		const Child *child = &children[i];

		if (child->handle != NULL &&
			memcmp(&child->key, &entry->key, sizeof(PendoKey)) == 0)
			return true;
	}
	return false;
}

/* The earliest time at which a worker may be started for it. */
static TimestampTz
start_at(const PendoEntry *entry)
{
	return Max(entry->due_at, entry->not_before);
}

static void
settle_failures(PendoEntry *entries, int count)
{
	for (int i = 0; i < count; i++)
	{
		PendoEntry *entry = &entries[i];

		if (entry->state != PENDO_FAILED)
			continue;
		entry->not_before = pendo_worker_retry_at(entry->failures);
		entry->state = PENDO_WAITING;
		pendo_board_retry(entry->key, entry->not_before);
	}
}

/* Databases that are gone, or closed; a reload surveys those that open again. */
static void
forget_closed(PendoEntry *entries, int count, const List *databases)
{
	for (int i = 0; i < count; i++)
	{
		PendoEntry *entry = &entries[i];

		if (entry->state != PENDO_WAITING ||
			list_member_oid(databases, entry->key.database))
			continue;
		entry->state = PENDO_FREE;
		pendo_board_forget(entry->key);
	}
}

/*
 * Places of the server's, and who has them.  Neither task can take the last one
 * from the other, if there are more than one.
 */
typedef struct Places
{
	int taken[PENDO_TASKS];
	bool is_crowded[PENDO_TASKS];
} Places;

static Places
count_places(const PendoEntry *entries, int count)
{
	Places places = {0};

	for (int i = 0; i < count; i++)
	{
		if (entries[i].state == PENDO_STARTING ||
			entries[i].state == PENDO_RUNNING)
			places.taken[entries[i].key.task]++;
	}
	return places;
}

/* Is there a place?  If not, those who could give theirs are marked. */
static bool
has_place(Places *places, PendoTask task)
{
	int all = 0;

	for (int i = 0; i < PENDO_TASKS; i++)
		all += places->taken[i];
	if (all >= pendo_max_workers)
		memset(places->is_crowded, true, sizeof(places->is_crowded));
	else if (places->taken[task] >= Max(pendo_max_workers - 1, 1))
		places->is_crowded[task] = true;
	return !places->is_crowded[task];
}

/* A delivery goes before a pull that does not wait much longer. */
static TimestampTz
rank(const PendoEntry *entry)
{
	return start_at(entry) -
		   (entry->key.task == PENDO_DELIVER ? HEAD_START : 0);
}

/* Of those that wait and are due, the one that comes first, or NULL. */
static PendoEntry *
first_due(PendoEntry *entries, int count, TimestampTz now)
{
	PendoEntry *first = NULL;

	for (int i = 0; i < count; i++)
	{
		PendoEntry *entry = &entries[i];

		if (entry->state == PENDO_WAITING && start_at(entry) <= now &&
			(first == NULL || rank(entry) < rank(first)))
			first = entry;
	}
	return first;
}

/* When is the first of those due that wait? */
static TimestampTz
next_start(const PendoEntry *entries, int count)
{
	TimestampTz next = DT_NOEND;

	for (int i = 0; i < count; i++)
	{
		if (entries[i].state == PENDO_WAITING)
			next = Min(next, start_at(&entries[i]));
	}
	return next == DT_NOEND ? next : Max(next, pendo_worker_no_start_before());
}

/*
 * Where a worker may not connect as a role without LOGIN, its work waits for
 * somebody to grant that.
 */
static void
refuse_without_login(const PendoEntry *entry, const char *role)
{
	if (!pendo_board_refuse(entry->key,
							ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION))
		return;
	ereport(WARNING,
			(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
			 errmsg("%s of role \"%s\" do not run",
					pendo_tasks[entry->key.task].things, role),
			 errdetail("Before PostgreSQL 17 a background worker needs a role "
					   "that may log in."),
			 errhint("ALTER ROLE ... LOGIN; without a password, and with no "
					 "line for it in pg_hba.conf, nobody else can.")));
}

/* May a worker work for it?  If not, that is dealt with. */
static bool
check_role(const PendoEntry *entry)
{
	HeapTuple tuple = SearchSysCache1(AUTHOID,
									  ObjectIdGetDatum(entry->key.role));
	Form_pg_authid role;
	bool is_fit;

	if (!HeapTupleIsValid(tuple))
	{
		pendo_board_forget(entry->key);
		return false;
	}
	role = (Form_pg_authid) GETSTRUCT(tuple);
	is_fit = role->rolcanlogin || BGWORKER_BYPASS_ROLELOGINCHECK != 0;
	if (!is_fit)
		refuse_without_login(entry, NameStr(role->rolname));
	ReleaseSysCache(tuple);
	return is_fit;
}

/* False if the server has no room for a worker. */
static bool
start(const PendoEntry *entry, Child *child)
{
	PendoAssignment assignment = {.key = entry->key};

	if (!pendo_board_start(entry->key))
		return true; /* it has a worker meanwhile, or is gone */
	child->key = entry->key;
	child->handle = pendo_worker_start(PENDO_WORKER, &assignment);
	if (child->handle == NULL)
		pendo_board_start_failed(entry->key);
	return child->handle != NULL;
}

/*
 * Start what is due, the longest overdue first.  If somebody must wait for a
 * place, those who could give theirs are asked to; whoever leaves sets our
 * latch.
 */
static TimestampTz
serve(PendoEntry *entries, int count)
{
	TimestampTz now = GetCurrentTimestamp();
	Places places = count_places(entries, count);
	PendoEntry *entry;

	while ((entry = first_due(entries, count, now)) != NULL)
	{
		PendoTask task = entry->key.task;
		Child *child = free_child();

		if (has_place(&places, task) && child != NULL && !has_child(entry) &&
			check_role(entry))
		{
			if (!start(entry, child))
				break; /* no room: the others need not try */
			places.taken[task] += child->handle != NULL;
		}
		entry->state = PENDO_FREE; /* in this copy: dealt with */
	}
	pendo_board_set_crowded(places.is_crowded);
	return next_start(entries, count);
}

TimestampTz
pendo_dispatch(const List *databases)
{
	PendoEntry *entries;
	int count;

	reap_children();
	entries = pendo_board_entries(&count);
	settle_failures(entries, count);
	forget_closed(entries, count, databases);
	if (pendo_workers_are_off())
		return DT_NOEND;
	return serve(entries, count);
}
