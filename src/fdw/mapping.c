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
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "compat.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"

PENDO_SQL_FUNCTION(pendo_map_user);

/* The elements of a text[] without NULLs. */
static Datum *
texts_of(ArrayType *array, int *count)
{
	Datum *texts;
	bool *nulls;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &texts, &nulls,
					  count);
	for (int i = 0; i < *count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("names and values of options must not be null")));
	}
	return texts;
}

/*
 * pendo._map_user(server name, option_names text[], option_values text[]):
 * CREATE USER MAPPING FOR CURRENT_USER with those options, under the caller's
 * rights.
 */
Datum
pendo_map_user(PG_FUNCTION_ARGS)
{
	CreateUserMappingStmt *statement = makeNode(CreateUserMappingStmt);
	int count;
	int value_count;
	Datum *names = texts_of(PG_GETARG_ARRAYTYPE_P(1), &count);
	Datum *values = texts_of(PG_GETARG_ARRAYTYPE_P(2), &value_count);

	if (count != value_count)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("each option needs a name and a value")));
	statement->user = makeNode(RoleSpec);
	statement->user->roletype = ROLESPEC_CURRENT_USER;
	statement->user->location = -1;
	statement->servername = pstrdup(NameStr(*PG_GETARG_NAME(0)));
	for (int i = 0; i < count; i++)
		statement->options = lappend(statement->options,
									 makeDefElem(TextDatumGetCString(names[i]),
												 (Node *) makeString(
													 TextDatumGetCString(
														 values[i])),
												 -1));
	CreateUserMapping(statement);
	CommandCounterIncrement();
	PG_RETURN_VOID();
}
