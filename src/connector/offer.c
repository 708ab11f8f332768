/*-------------------------------------------------------------------------
 *
 * connector/offer.c
 *	  Putting together what IMPORT FOREIGN SCHEMA is offered.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/offer.h"
#include "json/value.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

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

/*
 * What jsonb says quotes the answer, and is about an input that no user typed:
 * only the fact is passed on.
 */
Jsonb *
pendo_parse_answer(const StringInfo body, const char **problem)
{
	MemoryContext context = CurrentMemoryContext;
	volatile Datum parsed = (Datum) 0;
	const char *volatile found = NULL;

	*problem = NULL;
	if (strlen(body->data) != body->len ||
		!pendo_json_valid_utf8(body->data, body->len))
	{
		*problem = "it is no text in UTF-8";
		return NULL;
	}
	PG_TRY();
	{
		char *text = pg_any_to_server(body->data, body->len, PG_UTF8);

		parsed = DirectFunctionCall1(jsonb_in, CStringGetDatum(text));
	}
	PG_CATCH();
	{
		if (ERRCODE_TO_CATEGORY(geterrcode()) != ERRCODE_DATA_EXCEPTION)
			PG_RE_THROW();
		found = geterrcode() == ERRCODE_UNTRANSLATABLE_CHARACTER
					? "it has characters that this database cannot hold"
					: "it is not valid JSON";
		MemoryContextSwitchTo(context);
		FlushErrorState();
	}
	PG_END_TRY();

	/* Nothing goes on from here, so no subtransaction is needed. */
	*problem = found;
	return found == NULL ? DatumGetJsonbP(parsed) : NULL;
}

static bool
find_member(JsonbContainer *object, const char *name, JsonbValue *value)
{
	return JsonContainerIsObject(object) &&
		   getKeyJsonValueFromContainer(object, name, strlen(name), value) !=
			   NULL;
}

char *
pendo_member_text(JsonbContainer *object, const char *name)
{
	JsonbValue value;

	if (!find_member(object, name, &value) || value.type != jbvString)
		return pstrdup("");
	return pnstrdup(value.val.string.val, value.val.string.len);
}

bool
pendo_member_bool(JsonbContainer *object, const char *name)
{
	JsonbValue value;

	return find_member(object, name, &value) && value.type == jbvBool &&
		   value.val.boolean;
}

JsonbContainer *
pendo_member_container(JsonbContainer *object, const char *name)
{
	JsonbValue value;

	if (!find_member(object, name, &value) || value.type != jbvBinary)
		return NULL;
	return value.val.binary.data;
}

JsonbContainer *
pendo_element_object(JsonbContainer *array, int n)
{
	JsonbValue *value = getIthJsonbValueFromContainer(array, n);

	if (value == NULL || value->type != jbvBinary ||
		!JsonContainerIsObject(value->val.binary.data))
		return NULL;
	return value->val.binary.data;
}
