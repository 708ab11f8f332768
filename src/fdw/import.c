/*-------------------------------------------------------------------------
 *
 * fdw/import.c
 *	  IMPORT FOREIGN SCHEMA, and what a connection offers, as rows.
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/defrem.h"
#include "compat.h"
#include "fdw/comment.h"
#include "fdw/fdw.h"
#include "foreign/foreign.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

PENDO_SQL_FUNCTION(pendo_offered_column);
PENDO_SQL_FUNCTION(pendo_option_list);

#define DEFAULT_PERIOD "day"

static const PendoOption period_option = {.name = "period",
										  .type = PENDO_OPTION_CHOICE,
										  .choices = "day,hour"};

/* The one option of an import, where tables have it. */
static const char *
import_period(const PendoConnector *connector, List *options)
{
	bool has_period = pendo_option_find(pendo_connector_options(connector),
										"period", PENDO_ON_TABLE) != NULL;
	const char *period = DEFAULT_PERIOD;
	ListCell *cell;

	foreach(cell, options)
	{
		DefElem *def = lfirst_node(DefElem, cell);

		if (!has_period || strcmp(def->defname, "period") != 0)
			ereport(ERROR,
					(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
					 errmsg("unknown option \"%s\" of an import", def->defname),
					 has_period ? errdetail("Known here: period.")
								: errdetail("There are no options here.")));
		period = defGetString(def);
		pendo_option_check(&period_option, period);
	}
	return period;
}

static void
append_column(StringInfo into, const PendoOfferedColumn *column)
{
	appendStringInfo(into, "%s %s", quote_identifier(column->name),
					 pendo_field_type_name(column->type));
	if (column->is_metadata)
		appendStringInfo(into, " OPTIONS (field %s)",
						 quote_literal_cstr(column->path));
}

static char *
create_statement(const PendoOfferedTable *table, const char *server)
{
	StringInfoData sql;
	ListCell *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE FOREIGN TABLE %s (",
					 quote_identifier(table->object->name));
	foreach(cell, table->columns)
	{
		appendStringInfoString(&sql, foreach_current_index(cell) > 0 ? ",\n\t"
																	 : "\n\t");
		append_column(&sql, lfirst(cell));
	}
	appendStringInfo(&sql, "\n) SERVER %s OPTIONS (object %s",
					 quote_identifier(server),
					 quote_literal_cstr(table->object->name));
	if (table->period != NULL)
		appendStringInfo(&sql, ", period %s",
						 quote_literal_cstr(table->period));
	appendStringInfoString(&sql, ")");
	return sql.data;
}

/* Names of the tables that LIMIT TO and EXCEPT leave. */
static List *
wanted_names(const PendoObjectTable *objects, ImportForeignSchemaStmt *stmt)
{
	List *names = NIL;

	for (int i = 0; i < objects->count; i++)
	{
		const char *name = objects->objects[i].name;

		if (IsImportableForeignTable(name, stmt))
			names = lappend(names, unconstify(char *, name));
	}
	return names;
}

/*
 * The remote schema's name has no meaning: no remote system has any.  Nothing
 * is asked about tables that are not wanted.
 */
List *
pendoImportForeignSchema(ImportForeignSchemaStmt *stmt, Oid serverOid)
{
	PendoConnection *connection = pendo_connection_get(serverOid, GetUserId());
	const char *period = import_period(connection->connector, stmt->options);
	List *names = wanted_names(connection->connector->objects, stmt);
	List *offers = NIL;
	List *commands = NIL;
	ListCell *cell;

	/* No names would mean all. */
	if (names != NIL)
		offers = connection->connector->offer(connection, period, names);
	foreach(cell, offers)
		commands = lappend(commands,
						   create_statement(lfirst(cell), stmt->server_name));
	pendo_remember_comments(stmt->local_schema, offers);
	return commands;
}

/* One row of pendo._offered_column(). */
static void
put_offered_column(ReturnSetInfo *result, const PendoOfferedTable *table,
				   const PendoOfferedColumn *column, int position)
{
	Datum values[10];
	bool nulls[10] = {0};

	values[0] = CStringGetTextDatum(table->object->name);
	values[1] = CStringGetTextDatum(table->object->comment);
	values[2] = CStringGetTextDatum(table->period ? table->period : "");
	nulls[2] = table->period == NULL;
	values[3] = Int32GetDatum(position);
	values[4] = CStringGetTextDatum(column->name);
	values[5] = CStringGetTextDatum(pendo_field_type_name(column->type));
	values[6] = CStringGetTextDatum(column->path);
	values[7] = CStringGetTextDatum(column->comment);
	values[8] = BoolGetDatum(column->is_metadata);
	values[9] = BoolGetDatum(column->is_loose);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * pendo._offered_column(connection name, period text, connector text): what
 * IMPORT FOREIGN SCHEMA would make, a row a column.  A NULL connection asks
 * nobody, and leaves out of the connector's tables what subscriptions define
 * themselves; no period is the default.
 */
Datum
pendo_offered_column(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	PendoConnection *connection = NULL;
	const PendoConnector *connector = NULL;
	const char *period = PG_ARGISNULL(1)
							 ? DEFAULT_PERIOD
							 : text_to_cstring(PG_GETARG_TEXT_PP(1));
	List *offers;
	ListCell *cell;

	pendo_option_check(&period_option, period);
	InitMaterializedSRF(fcinfo, 0);
	if (!PG_ARGISNULL(0))
	{
		connection = pendo_connection_by_name(NameStr(*PG_GETARG_NAME(0)));
		connector = connection->connector;
	}
	else
		connector = pendo_connector_by_name(
			PG_ARGISNULL(2) ? "pendo_fdw"
							: text_to_cstring(PG_GETARG_TEXT_PP(2)));
	if (connector == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("unknown connector \"%s\"",
							   text_to_cstring(PG_GETARG_TEXT_PP(2)))));
	offers = connector->offer(connection, period, NIL);
	foreach(cell, offers)
	{
		const PendoOfferedTable *table = lfirst(cell);
		ListCell *column;

		foreach(column, table->columns)
			put_offered_column(result, table, lfirst(column),
							   foreach_current_index(column) + 1);
	}
	return (Datum) 0;
}

static const struct
{
	int where;
	const char *name;
} option_places[] = {
	{PENDO_ON_SERVER, "server"},
	{PENDO_ON_MAPPING, "user mapping"},
	{PENDO_ON_TABLE, "table"},
	{PENDO_ON_COLUMN, "column"},
};

/*
 * pendo._option(connector text): the options there are, a row for each place
 * where one may stand.
 */
Datum
pendo_option_list(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	const PendoConnector *connector = pendo_connector_by_name(name);
	const PendoOptionTable *table;

	if (connector == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("unknown connector \"%s\"", name)));
	table = pendo_connector_options(connector);
	InitMaterializedSRF(fcinfo, 0);
	for (int place = 0; place < lengthof(option_places); place++)
	{
		for (int i = 0; i < table->count; i++)
		{
			const PendoOption *option = &table->options[i];
			Datum values[9];
			bool nulls[9] = {0};

			if ((option->where & option_places[place].where) == 0)
				continue;
			values[0] = CStringGetTextDatum(option_places[place].name);
			values[1] = CStringGetTextDatum(option->name);
			values[2] = CStringGetTextDatum(option->description);
			nulls[3] = option->preset == NULL;
			values[3] = CStringGetTextDatum(nulls[3] ? "" : option->preset);
			nulls[4] = option->choices == NULL;
			values[4] = CStringGetTextDatum(nulls[4] ? "" : option->choices);
			values[5] = BoolGetDatum(option->is_required);
			values[6] = BoolGetDatum(option->is_privileged);
			values[7] = BoolGetDatum(option->is_secret);
			values[8] = CStringGetTextDatum(pendo_option_form(option));
			tuplestore_putvalues(result->setResult, result->setDesc, values,
								 nulls);
		}
	}
	return (Datum) 0;
}
