/*-------------------------------------------------------------------------
 *
 * connector/offer.c
 *	  Putting together what IMPORT FOREIGN SCHEMA is offered.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/offer.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

PendoOfferedTable *
pendo_offer_table(const PendoObject *object)
{
	PendoOfferedTable *table = palloc0(sizeof(PendoOfferedTable));

	table->object = object;
	return table;
}

void
pendo_offer_field(PendoOfferedTable *table, const PendoField *field)
{
	PendoOfferedColumn *column = palloc0(sizeof(PendoOfferedColumn));

	column->name = pstrdup(field->name);
	column->type = field->type;
	column->path = pstrdup(field->path);
	column->is_loose = field->is_loose;
	column->comment = pstrdup(field->comment);
	table->columns = lappend(table->columns, column);
}

static bool
name_is_taken(const List *columns, const char *name)
{
	ListCell *cell;

	foreach(cell, columns)
	{
		if (strcmp(((PendoOfferedColumn *) lfirst(cell))->name, name) == 0)
			return true;
	}
	return false;
}

static char *
free_name(const List *columns, const char *wanted)
{
	char *base = pstrdup(wanted);
	char *name;

	for (char *c = base; *c != '\0'; c++)
	{
		*c = pg_ascii_tolower((unsigned char) *c);
		if (!IS_HIGHBIT_SET(*c) && !isalnum((unsigned char) *c))
			*c = '_';
	}
	name = pnstrdup(base, pg_mbcliplen(base, strlen(base), NAMEDATALEN - 1));
	for (int i = 2; name_is_taken(columns, name); i++)
	{
		char *suffix = psprintf("_%d", i);

		/* A thousand fields may fold to one name, each after a long search. */
		CHECK_FOR_INTERRUPTS();
		name = psprintf("%.*s%s",
						pg_mbcliplen(base, strlen(base),
									 NAMEDATALEN - 1 - (int) strlen(suffix)),
						base, suffix);
	}
	return name;
}

void
pendo_offer_other(PendoOfferedTable *table, const char *wanted,
				  PendoFieldType type, const char *path, char *comment)
{
	PendoOfferedColumn *column = palloc0(sizeof(PendoOfferedColumn));

	column->name = free_name(table->columns, wanted);
	column->type = type;
	column->path = pstrdup(path);
	column->is_metadata = true;
	column->is_loose = true;
	column->comment = comment;
	table->columns = lappend(table->columns, column);
}

bool
pendo_offer_is_wanted(const PendoObject *object, List *only)
{
	ListCell *cell;

	foreach(cell, only)
	{
		if (strcmp(lfirst(cell), object->name) == 0)
			return true;
	}
	return only == NIL;
}

void
pendo_append_path_name(StringInfo path, const char *name)
{
	for (const char *c = name; *c != '\0'; c++)
	{
		if (*c == '.' || *c == '\\')
			appendStringInfoChar(path, '\\');
		appendStringInfoChar(path, *c);
	}
}
