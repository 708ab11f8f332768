/*-------------------------------------------------------------------------
 *
 * worker/call.c
 *	  One statement as a client would send it.
 *
 * A procedure that commits needs a portal around it, to make snapshots anew
 * after each COMMIT: SPI outside of a function has none.  So the statement goes
 * the way of a simple query.
 *
 * What must outlive a COMMIT, the statement's trees above all, lies in a
 * context of its own.  After an error it is left behind: the worker ends then.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "compat.h"
#include "miscadmin.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"
#include "worker/call.h"

static List *
plan(const char *statement)
{
	RawStmt *parsed = linitial_node(RawStmt, pg_parse_query(statement));
	List *queries;
	List *plans;

	PushActiveSnapshot(GetTransactionSnapshot());
	queries = pg_analyze_and_rewrite_fixedparams(parsed, statement, NULL, 0,
												 NULL);
	plans = pg_plan_queries(queries, statement, 0, NULL);
	PopActiveSnapshot();
	return plans;
}

static Portal
open_portal(const char *statement)
{
	List *plans = plan(statement);
	Portal portal = CreatePortal("", true, true);

	portal->visible = false;
	PortalDefineQuery(portal, NULL, statement, CMDTAG_CALL, plans, NULL);
	PortalStart(portal, NULL, 0, InvalidSnapshot);
	return portal;
}

void
pendo_call(const char *statement)
{
	MemoryContext kept = AllocSetContextCreate(TopMemoryContext,
											   "pendo_fdw call",
											   ALLOCSET_DEFAULT_SIZES);
	DestReceiver *receiver;
	Portal portal;

	Assert(CurrentMemoryContext == TopTransactionContext);
	MemoryContextSwitchTo(kept);
	portal = open_portal(statement);
	receiver = CreateDestReceiver(DestNone);
	CHECK_FOR_INTERRUPTS();

	/* PortalRun() comes back in the context of the last transaction */
	MemoryContextSwitchTo(TopTransactionContext);
	pendo_portal_run(portal, receiver);
	receiver->rDestroy(receiver);
	PortalDrop(portal, false);
	MemoryContextDelete(kept);
}
