/*-------------------------------------------------------------------------
 *
 * connector/object.c
 *	  Look-ups in what a connector offers.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "connector/object.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

/* By PendoFieldType. */
static const struct
{
	Oid oid;
	const char *name;
} field_types[] = {
	[PENDO_FIELD_TEXT] = {TEXTOID, "text"},
	[PENDO_FIELD_INTEGER] = {INT8OID, "bigint"},
	[PENDO_FIELD_NUMBER] = {FLOAT8OID, "double precision"},
	[PENDO_FIELD_BOOLEAN] = {BOOLOID, "boolean"},
	[PENDO_FIELD_TIME] = {TIMESTAMPTZOID, "timestamptz"},
	[PENDO_FIELD_DAY] = {DATEOID, "date"},
	[PENDO_FIELD_DATE] = {DATEOID, "date"},
	[PENDO_FIELD_TEXT_LIST] = {TEXTARRAYOID, "text[]"},
	[PENDO_FIELD_JSON] = {JSONBOID, "jsonb"},
};

StaticAssertDecl(lengthof(field_types) == PENDO_FIELD_TYPE_COUNT,
				 "each field type has an SQL type");

const PendoObject *
pendo_find_object(const PendoObjectTable *table, const char *name)
{
	for (int i = 0; i < table->count; i++)
	{
		if (strcmp(table->objects[i].name, name) == 0)
			return &table->objects[i];
	}
	return NULL;
}

const PendoField *
pendo_find_field(const PendoObject *object, const char *name)
{
	for (int i = 0; i < object->field_count; i++)
	{
		if (strcmp(object->fields[i].name, name) == 0)
			return &object->fields[i];
	}
	return NULL;
}

Oid
pendo_field_sql_type(PendoFieldType type)
{
	return field_types[type].oid;
}

const char *
pendo_field_type_name(PendoFieldType type)
{
	return field_types[type].name;
}

char **
pendo_path_split(const char *field)
{
	char **path;
	StringInfoData name;
	int count = 0;

	/* Rows are in UTF-8, whatever the database's encoding. */
	field = pg_server_to_any(field, strlen(field), PG_UTF8);
	path = palloc0((strlen(field) + 2) * sizeof(char *));
	initStringInfo(&name);
	for (const char *c = field;; c++)
	{
		if (*c == '.' || *c == '\0')
		{
			path[count++] = pstrdup(name.data);
			resetStringInfo(&name);
			if (*c == '\0')
				break;
			continue;
		}
		if (*c == '\\' && c[1] != '\0')
			c++;
		appendStringInfoChar(&name, *c);
	}
	pfree(name.data);
	return path;
}
