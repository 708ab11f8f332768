/*-------------------------------------------------------------------------
 *
 * pendo_fdw.c
 *	  Module entry: magic, start-up and the handler's table of callbacks.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fdw/fdw.h"
#include "fmgr.h"
#include "http/session.h"
#include "http/throttle.h"
#include "miscadmin.h"
#include "settings.h"
#include "storage/ipc.h"
#include "worker/board.h"
#include "worker/launcher.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

PENDO_SQL_FUNCTION(pendo_fdw_handler);

static shmem_request_hook_type next_shmem_request_hook = NULL;
static shmem_startup_hook_type next_shmem_startup_hook = NULL;

/*
 * Preloaded, the memory of budgets and sessions is reserved; else there is room
 * to spare.  The workers' board exists only so, as their launcher does.
 */
static void
request_shmem(void)
{
	if (next_shmem_request_hook != NULL)
		next_shmem_request_hook();
	pendo_throttle_request_shmem();
	pendo_session_request_shmem();
	pendo_board_request_shmem();
}

static void
start_shmem(void)
{
	if (next_shmem_startup_hook != NULL)
		next_shmem_startup_hook();
	pendo_board_start_shmem();
}

void
_PG_init(void)
{
	pendo_define_settings();
	if (!process_shared_preload_libraries_in_progress)
		return;
	next_shmem_request_hook = shmem_request_hook;
	shmem_request_hook = request_shmem;
	next_shmem_startup_hook = shmem_startup_hook;
	shmem_startup_hook = start_shmem;
	pendo_launcher_register();
}

/*
 * pendo_fdw_handler() returns fdw_handler: the callbacks of a live table.
 */
Datum
pendo_fdw_handler(PG_FUNCTION_ARGS)
{
	FdwRoutine *routine = makeNode(FdwRoutine);

	routine->GetForeignRelSize = pendoGetForeignRelSize;
	routine->GetForeignPaths = pendoGetForeignPaths;
	routine->GetForeignPlan = pendoGetForeignPlan;
	routine->BeginForeignScan = pendoBeginForeignScan;
	routine->IterateForeignScan = pendoIterateForeignScan;
	routine->ReScanForeignScan = pendoReScanForeignScan;
	routine->EndForeignScan = pendoEndForeignScan;
	routine->ExplainForeignScan = pendoExplainForeignScan;
	routine->PlanForeignModify = pendoPlanForeignModify;
	routine->ImportForeignSchema = pendoImportForeignSchema;
	PG_RETURN_POINTER(routine);
}
