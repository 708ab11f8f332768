/*-------------------------------------------------------------------------
 *
 * fdw/relation.c
 *	  A foreign table's columns, tied to remote fields.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "fdw/fdw.h"
#include "foreign/foreign.h"
#include "lib/stringinfo.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

/* The field type that a column of this SQL type reads by nature. */
static PendoFieldType
type_for_sql(Oid sql_type)
{
	switch (sql_type)
	{
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			return PENDO_FIELD_TEXT;
		case INT2OID:
		case INT4OID:
		case INT8OID:
			return PENDO_FIELD_INTEGER;
		case FLOAT4OID:
		case FLOAT8OID:
		case NUMERICOID:
			return PENDO_FIELD_NUMBER;
		case BOOLOID:
			return PENDO_FIELD_BOOLEAN;
		case TIMESTAMPTZOID:
		case TIMESTAMPOID:
		case DATEOID:
			return PENDO_FIELD_TIME;
		case TEXTARRAYOID:
			return PENDO_FIELD_TEXT_LIST;
		default:
			return PENDO_FIELD_JSON;
	}
}

static char *
known_columns(const PendoRelation *relation)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < relation->object->field_count; i++)
	{
		const PendoField *field = &relation->object->fields[i];

		if (relation->connector->has_field(relation, field))
			appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
							 field->name);
	}
	return names.data;
}

/* The object's own field at a path; NULL if it is of the team's choosing. */
static const PendoField *
field_at(const PendoObject *object, const char *path)
{
	for (int i = 0; i < object->field_count; i++)
	{
		if (strcmp(object->fields[i].path, path) == 0)
			return &object->fields[i];
	}
	return NULL;
}

static const char *
field_option(Oid relid, AttrNumber attnum)
{
	ListCell *cell;

	foreach(cell, GetForeignColumnOptions(relid, attnum))
	{
		DefElem *def = lfirst_node(DefElem, cell);

		if (strcmp(def->defname, "field") == 0)
			return defGetString(def);
	}
	return NULL;
}

static void
resolve_column(PendoRelation *relation, PendoColumn *column,
			   Form_pg_attribute attribute)
{
	const char *path = field_option(relation->relid, attribute->attnum);
	const PendoField *field;

	column->attnum = attribute->attnum;
	column->name = pstrdup(NameStr(attribute->attname));
	column->sql_type = attribute->atttypid;
	column->typmod = attribute->atttypmod;
	if (path != NULL)
		field = field_at(relation->object, path);
	else
	{
		field = pendo_find_field(relation->object, column->name);
		if (field != NULL && !relation->connector->has_field(relation, field))
			field = NULL;
		if (field == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_FDW_COLUMN_NAME_NOT_FOUND),
					 errmsg("column \"%s\" of foreign table \"%s\" has no "
							"counterpart",
							column->name, relation->name),
					 errdetail("Object \"%s\" has: %s.", relation->object->name,
							   known_columns(relation)),
					 errhint("Name one of these, or give the column the "
							 "option field.")));
		path = field->path;
	}
	column->path = pendo_path_split(path);
	column->type = field != NULL ? field->type : type_for_sql(column->sql_type);
	column->is_loose = field == NULL || field->is_loose;
}

/*
 * Look a foreign table up; in the current memory context.  Errors: the table
 * names no known object, or a column no known field.
 */
PendoRelation *
pendo_relation_get(Oid relid)
{
	PendoRelation *relation = palloc0(sizeof(PendoRelation));
	ForeignTable *table = GetForeignTable(relid);
	ForeignServer *server = GetForeignServer(table->serverid);
	ForeignDataWrapper *fdw = GetForeignDataWrapper(server->fdwid);
	Relation rel;
	TupleDesc descriptor;

	relation->relid = relid;
	relation->name = get_rel_name(relid);
	relation->connector = pendo_connector_by_name(fdw->fdwname);
	if (relation->connector == NULL)
		elog(ERROR, "foreign-data wrapper \"%s\" has no connector",
			 fdw->fdwname);
	relation->options = pendo_options_create(
		pendo_connector_options(relation->connector));
	pendo_options_merge(relation->options, server->options);
	pendo_options_merge(relation->options, table->options);
	relation->object = pendo_find_object(relation->connector->objects,
										 pendo_option_text(relation->options,
														   "object"));
	if (relation->object == NULL)
		elog(ERROR, "foreign table \"%s\" shows no known object",
			 relation->name);

	rel = table_open(relid, NoLock);
	descriptor = RelationGetDescr(rel);
	relation->column_count = descriptor->natts;
	relation->columns = palloc0(sizeof(PendoColumn) *
								Max(descriptor->natts, 1));
	for (int i = 0; i < descriptor->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(descriptor, i);

		if (!attribute->attisdropped)
			resolve_column(relation, &relation->columns[i], attribute);
	}
	table_close(rel, NoLock);
	return relation;
}
