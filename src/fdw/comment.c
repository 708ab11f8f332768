/*-------------------------------------------------------------------------
 *
 * fdw/comment.c
 *	  Comments on the tables that IMPORT FOREIGN SCHEMA makes.
 *
 * The callback of an import can return CREATE FOREIGN TABLE and nothing else.
 * So the comments are remembered until the command ends, when an event
 * trigger of the extension puts them on the tables.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/comment.h"
#include "commands/event_trigger.h"
#include "compat.h"
#include "fdw/comment.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

PENDO_SQL_FUNCTION(pendo_comment_imported);

/* What an import of this transaction made, not commented yet. */
typedef struct Import
{
	MemoryContextCallback forget;
	char *schema;
	List *tables; /* of PendoOfferedTable * */
} Import;

static Import *pending = NULL;

static void
forget_import(void *arg)
{
	if (pending == arg)
		pending = NULL;
}

void
pendo_remember_comments(const char *schema, List *tables)
{
	/* The portal's: it outlives the command, and dies with it. */
	Import *import = palloc0(sizeof(Import));

	import->schema = pstrdup(schema);
	import->tables = tables;
	import->forget.func = forget_import;
	import->forget.arg = import;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &import->forget);
	pending = import;
}

static void
comment_table(Oid schema, const PendoOfferedTable *table)
{
	Oid relid = get_relname_relid(table->object->name, schema);
	ListCell *cell;

	/* Another event trigger may have dropped or replaced it. */
	if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_FOREIGN_TABLE)
		return;
	CreateComments(relid, RelationRelationId, 0, table->object->comment);
	foreach(cell, table->columns)
	{
		const PendoOfferedColumn *column = lfirst(cell);
		AttrNumber attnum = get_attnum(relid, column->name);

		if (attnum != InvalidAttrNumber)
			CreateComments(relid, RelationRelationId, attnum, column->comment);
	}
}

/* Event trigger at the end of IMPORT FOREIGN SCHEMA. */
Datum
pendo_comment_imported(PG_FUNCTION_ARGS)
{
	Import *import = pending;
	ListCell *cell;

	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		elog(ERROR, "not called by an event trigger");
	pending = NULL;
	if (import == NULL)
		PG_RETURN_NULL();
	foreach(cell, import->tables)
		comment_table(get_namespace_oid(import->schema, false), lfirst(cell));
	PG_RETURN_NULL();
}
