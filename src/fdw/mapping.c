/*-------------------------------------------------------------------------
 *
 * fdw/mapping.c
 *	  A user mapping made without a statement's text.
 *
 * Whatever runs a text of SQL shows it: in the context of notices and errors,
 * in pg_stat_statements, in the log of slow statements.  A text that holds a
 * key must not exist, so pendo.connect() makes its mapping through here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/defrem.h"
#include "compat.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"

PENDO_SQL_FUNCTION(pendo_map_user);

/*
 * pendo._map_user(server name, option text, value text): CREATE USER MAPPING
 * FOR CURRENT_USER with that option, under the caller's rights.
 */
Datum
pendo_map_user(PG_FUNCTION_ARGS)
{
	CreateUserMappingStmt *statement = makeNode(CreateUserMappingStmt);
	char *option = text_to_cstring(PG_GETARG_TEXT_PP(1));
	char *value = text_to_cstring(PG_GETARG_TEXT_PP(2));

	statement->user = makeNode(RoleSpec);
	statement->user->roletype = ROLESPEC_CURRENT_USER;
	statement->user->location = -1;
	statement->servername = pstrdup(NameStr(*PG_GETARG_NAME(0)));
	statement->options = list_make1(
		makeDefElem(option, (Node *) makeString(value), -1));
	CreateUserMapping(statement);
	CommandCounterIncrement();
	PG_RETURN_VOID();
}
