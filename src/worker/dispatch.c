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

typedef struct Child
{
	BackgroundWorkerHandle *handle; /* NULL: none */
	Oid database;
	Oid role;
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
			pendo_board_not_begun(child->database, child->role);
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

		if (child->handle != NULL && child->database == entry->database &&
			child->role == entry->role)
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
		pendo_board_retry(entry->database, entry->role, entry->not_before);
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
			list_member_oid(databases, entry->database))
			continue;
		entry->state = PENDO_FREE;
		pendo_board_forget(entry->database, entry->role);
	}
}

static int
count_workers(const PendoEntry *entries, int count)
{
	int workers = 0;

	for (int i = 0; i < count; i++)
		workers += entries[i].state == PENDO_STARTING ||
				   entries[i].state == PENDO_RUNNING;
	return workers;
}

/* Of those that wait, the one that comes first, or NULL. */
static PendoEntry *
first_waiting(PendoEntry *entries, int count)
{
	PendoEntry *first = NULL;

	for (int i = 0; i < count; i++)
	{
		PendoEntry *entry = &entries[i];

		if (entry->state == PENDO_WAITING &&
			(first == NULL || start_at(entry) < start_at(first)))
			first = entry;
	}
	return first;
}

/*
 * Where a worker may not connect as a role without LOGIN, its pulls wait for
 * somebody to grant that.
 */
static void
refuse_without_login(const PendoEntry *entry, const char *role)
{
	if (!pendo_board_refuse(entry->database, entry->role,
							ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION))
		return;
	ereport(WARNING,
			(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
			 errmsg("pulls of role \"%s\" do not run", role),
			 errdetail("Before PostgreSQL 17 a background worker needs a role "
					   "that may log in."),
			 errhint("ALTER ROLE ... LOGIN; without a password, and with no "
					 "line for it in pg_hba.conf, nobody else can.")));
}

/* May a worker work for it?  If not, that is dealt with. */
static bool
check_role(const PendoEntry *entry)
{
	HeapTuple tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(entry->role));
	Form_pg_authid role;
	bool is_fit;

	if (!HeapTupleIsValid(tuple))
	{
		pendo_board_forget(entry->database, entry->role);
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
	PendoAssignment assignment = {
		.database = entry->database,
		.role = entry->role,
	};

	if (!pendo_board_start(entry->database, entry->role))
		return true; /* it has a worker meanwhile, or is gone */
	child->database = entry->database;
	child->role = entry->role;
	child->handle = pendo_worker_start(PENDO_PULL, &assignment);
	if (child->handle == NULL)
		pendo_board_start_failed(entry->database, entry->role);
	return child->handle != NULL;
}

/*
 * Start what is due, the longest overdue first.  If somebody must wait for a
 * worker, those that are idle are asked to leave.
 */
static TimestampTz
serve(PendoEntry *entries, int count)
{
	TimestampTz now = GetCurrentTimestamp();
	int workers = count_workers(entries, count);
	bool is_crowded = false;
	PendoEntry *entry;

	while ((entry = first_waiting(entries, count)) != NULL &&
		   start_at(entry) <= now)
	{
		Child *child = free_child();

		is_crowded = workers >= pendo_max_workers || child == NULL;
		if (is_crowded)
			break;
		if (!has_child(entry) && check_role(entry) && !start(entry, child))
			break; /* no room: the others need not try */
		workers += child->handle != NULL;
		entry->state = PENDO_FREE; /* in this copy: dealt with */
	}
	pendo_board_set_crowded(is_crowded);
	if (entry == NULL || is_crowded)
		return DT_NOEND; /* whoever leaves sets our latch */
	return Max(start_at(entry), pendo_worker_no_start_before());
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
	if (pendo_paused || pendo_max_workers == 0)
		return DT_NOEND;
	return serve(entries, count);
}
