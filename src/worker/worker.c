/*-------------------------------------------------------------------------
 *
 * worker/worker.c
 *	  What all background workers share.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/xact.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "common/pg_prng.h"
#include "compat.h"
#include "libpq/pqsignal.h"
#include "miscadmin.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/lmgr.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/timestamp.h"
#include "worker/worker.h"

/* The launcher comes back soon: nothing runs without it. */
#define LAUNCHER_RESTART_SECONDS 5

/* What fails again and again is tried every five minutes. */
#define LONGEST_RETRY_SECONDS 300

/*
 * Times are of the wall clock, waits are not: look again in a while, lest a
 * clock that was set makes a wait too long.
 */
#define LONGEST_WAIT_MS (10 * 60 * 1000)

static const struct
{
	const char *type;
	const char *function;
} kinds[] = {
	[PENDO_LAUNCHER] = {"pendo_fdw launcher", "pendo_launcher_main"},
	[PENDO_SURVEY] = {"pendo_fdw survey", "pendo_survey_main"},
	[PENDO_WORKER] = {NULL, "pendo_task_main"}, /* its task has the type */
};

static int start_failures = 0;
static TimestampTz no_start_before = 0;

/*
 * Fill all of it.  A launcher is started again when it ends; the others are
 * started by the launcher alone.
 */
void
pendo_worker_describe(BackgroundWorker *worker, PendoWorkerKind kind,
					  PendoTask task)
{
	const char *type = kind == PENDO_WORKER ? pendo_tasks[task].type
											: kinds[kind].type;

	memset(worker, 0, sizeof(BackgroundWorker));
	worker->bgw_flags = BGWORKER_SHMEM_ACCESS |
						BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker->bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker->bgw_restart_time = kind == PENDO_LAUNCHER ? LAUNCHER_RESTART_SECONDS
													  : BGW_NEVER_RESTART;
	worker->bgw_notify_pid = kind == PENDO_LAUNCHER ? 0 : MyProcPid;
	strlcpy(worker->bgw_library_name, "pendo_fdw", BGW_MAXLEN);
	strlcpy(worker->bgw_function_name, kinds[kind].function, BGW_MAXLEN);
	strlcpy(worker->bgw_name, type, BGW_MAXLEN);
	strlcpy(worker->bgw_type, type, BGW_MAXLEN);
}

/* The log names the worker so, whatever becomes of it. */
static void
assign(BackgroundWorker *worker, const PendoAssignment *assignment)
{
	StaticAssertStmt(sizeof(PendoAssignment) <= BGW_EXTRALEN,
					 "an assignment must fit into bgw_extra");
	memcpy(worker->bgw_extra, assignment, sizeof(PendoAssignment));
	if (OidIsValid(assignment->key.role))
		snprintf(worker->bgw_name, BGW_MAXLEN, "%s for role %u in database %u",
				 worker->bgw_type, assignment->key.role,
				 assignment->key.database);
	else
		snprintf(worker->bgw_name, BGW_MAXLEN, "%s of database %u",
				 worker->bgw_type, assignment->key.database);
}

BackgroundWorkerHandle *
pendo_worker_start(PendoWorkerKind kind, const PendoAssignment *assignment)
{
	BackgroundWorkerHandle *handle = NULL;
	BackgroundWorker worker;
	MemoryContext caller;
	bool is_started;

	if (no_start_before > GetCurrentTimestamp())
		return NULL;
	pendo_worker_describe(&worker, kind, assignment->key.task);
	assign(&worker, assignment);
	caller = MemoryContextSwitchTo(TopMemoryContext);
	is_started = RegisterDynamicBackgroundWorker(&worker, &handle);
	MemoryContextSwitchTo(caller);
	if (is_started)
	{
		start_failures = 0;
		no_start_before = 0;
		return handle;
	}
	if (start_failures++ == 0)
		ereport(LOG, (errcode(ERRCODE_INSUFFICIENT_RESOURCES),
					  errmsg("could not start background worker \"%s\"",
							 worker.bgw_name),
					  errhint("Raise \"max_worker_processes\"; it is tried "
							  "again meanwhile.")));
	no_start_before = pendo_worker_retry_at(start_failures);
	return NULL;
}

TimestampTz
pendo_worker_no_start_before(void)
{
	return no_start_before;
}

/* Not all at the same time: a quarter more or less. */
TimestampTz
pendo_worker_retry_at(int failures)
{
	double seconds = ldexp(1.0, Min(failures, 20));
	double jitter = 0.75 + 0.5 * pg_prng_double(&pg_global_prng_state);

	seconds = Min(seconds, LONGEST_RETRY_SECONDS) * jitter;
	return GetCurrentTimestamp() + (TimestampTz) (seconds * USECS_PER_SEC);
}

void
pendo_worker_begin(void)
{
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
}

PendoAssignment
pendo_worker_assignment(void)
{
	PendoAssignment assignment;

	memcpy(&assignment, MyBgworkerEntry->bgw_extra, sizeof(assignment));
	return assignment;
}

/*
 * Settings of the database or the role may name another role to begin with:
 * that is for people, and not whom a worker is to be.
 */
void
pendo_worker_connect(const PendoAssignment *assignment)
{
	BackgroundWorkerInitializeConnectionByOid(
		assignment->key.database, assignment->key.role,
		OidIsValid(assignment->key.role) ? BGWORKER_BYPASS_ROLELOGINCHECK : 0);
	SetConfigOption("application_name", MyBgworkerEntry->bgw_type, PGC_USERSET,
					PGC_S_SESSION);
	SetConfigOption("role", "none", PGC_USERSET, PGC_S_SESSION);
}

void
pendo_worker_reload(void)
{
	ConfigReloadPending = false;
	ProcessConfigFile(PGC_SIGHUP);
}

/*
 * DROP EXTENSION waits for the end of this transaction; one that came first
 * was waited for here, and is seen then.
 */
bool
pendo_worker_hold_extension(void)
{
	Oid extension = get_extension_oid("pendo_fdw", true);

	if (!OidIsValid(extension))
		return false;
	LockDatabaseObject(ExtensionRelationId, extension, 0, AccessShareLock);
	return get_extension_oid("pendo_fdw", true) == extension;
}

void
pendo_worker_wait(TimestampTz until, uint32 wait_event)
{
	int events = WL_LATCH_SET | WL_EXIT_ON_PM_DEATH;
	long timeout = -1;

	if (until != DT_NOEND)
	{
		timeout = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), until);
		timeout = Min(timeout, LONGEST_WAIT_MS);
		events |= WL_TIMEOUT;
	}
	(void) WaitLatch(MyLatch, events, timeout, wait_event);
	ResetLatch(MyLatch);
}

ErrorData *
pendo_worker_caught(void)
{
	ErrorData *error;

	HOLD_INTERRUPTS();
	MemoryContextSwitchTo(TopMemoryContext);
	error = CopyErrorData();
	FlushErrorState();
	PortalErrorCleanup();
	AbortOutOfAnyTransaction();
	MemoryContextSwitchTo(TopMemoryContext);
	RESUME_INTERRUPTS();
	return error;
}

/* One message, though the error's own words are another's. */
void
pendo_worker_log(const ErrorData *error, const char *what)
{
	ereport(WARNING,
			(errcode(error->sqlerrcode), errmsg("%s: %s", what, error->message),
			 error->detail != NULL ? errdetail("%s", error->detail) : 0,
			 error->hint != NULL ? errhint("%s", error->hint) : 0,
			 error->context != NULL ? errcontext("%s", error->context) : 0));
}
