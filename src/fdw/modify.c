/*-------------------------------------------------------------------------
 *
 * fdw/modify.c
 *	  Why a live table is not written to, and what to do instead.
 *
 * The server would refuse it by itself, but later and without a hint.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fdw/fdw.h"
#include "foreign/foreign.h"
#include "nodes/plannodes.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"

/* What the server itself says. */
static const char *const messages[] = {
	[CMD_INSERT] = "cannot insert into foreign table \"%s\"",
	[CMD_UPDATE] = "cannot update foreign table \"%s\"",
	[CMD_DELETE] = "cannot delete from foreign table \"%s\"",
};

/* Raises an error: live tables are only read. */
List *
pendoPlanForeignModify(PlannerInfo *root, ModifyTable *plan,
					   Index resultRelation, int subplan_index)
{
	Oid relid = planner_rt_fetch(resultRelation, root)->relid;
	ForeignServer *server = GetForeignServer(GetForeignServerIdByRelId(relid));
	const PendoConnector *connector = pendo_connector_by_name(
		GetForeignDataWrapper(server->fdwid)->fdwname);
	const char *hint = connector != NULL ? connector->write_hint : NULL;

	if (plan->operation >= lengthof(messages) ||
		messages[plan->operation] == NULL)
		return NIL; /* the server refuses it */
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg_internal(messages[plan->operation], get_rel_name(relid)),
			 hint != NULL ? errhint("%s", hint) : 0));
}
