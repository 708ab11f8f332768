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
#include "http/throttle.h"
#include "miscadmin.h"
#include "settings.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

PENDO_SQL_FUNCTION(pendo_fdw_handler);

static shmem_request_hook_type next_shmem_request_hook = NULL;

/* Preloaded, the budgets' memory is reserved; else there is room to spare. */
static void
request_shmem(void)
{
	if (next_shmem_request_hook != NULL)
		next_shmem_request_hook();
	pendo_throttle_request_shmem();
}

void
_PG_init(void)
{
	pendo_define_settings();
	if (!process_shared_preload_libraries_in_progress)
		return;
	next_shmem_request_hook = shmem_request_hook;
	shmem_request_hook = request_shmem;
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
	routine->ImportForeignSchema = pendoImportForeignSchema;
	PG_RETURN_POINTER(routine);
}
