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
#include "settings.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

PENDO_SQL_FUNCTION(pendo_fdw_handler);

void
_PG_init(void)
{
	pendo_define_settings();
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
