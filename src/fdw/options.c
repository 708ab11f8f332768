/*-------------------------------------------------------------------------
 *
 * fdw/options.c
 *	  The validators: one for each connector, all driven by its table.
 *
 * A validator learns the options and the catalogue they are for, not the
 * server: which is why each connector has a foreign-data wrapper of its own.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/reloptions.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_user_mapping.h"
#include "commands/defrem.h"
#include "compat.h"
#include "connector/connector.h"
#include "fmgr.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

PENDO_SQL_FUNCTION(pendo_connector_of);
PENDO_SQL_FUNCTION(pendo_fdw_validator);
PENDO_SQL_FUNCTION(hubspot_fdw_validator);
PENDO_SQL_FUNCTION(salesforce_fdw_validator);

/* Catalogues that have options, and their names for messages. */
static const struct
{
	Oid catalog;
	int where;
	const char *name;
} places[] = {
	{ForeignDataWrapperRelationId, 0, "a foreign-data wrapper"},
	{ForeignServerRelationId, PENDO_ON_SERVER, "a server"},
	{UserMappingRelationId, PENDO_ON_MAPPING, "a user mapping"},
	{ForeignTableRelationId, PENDO_ON_TABLE, "a table"},
	{AttributeRelationId, PENDO_ON_COLUMN, "a column"},
};

pg_noreturn static void
unknown_option(const PendoOptionTable *table, int where, const char *place,
			   const char *name)
{
	const char *nearest = pendo_option_nearest(table, where, name);
	char *names = pendo_option_names(table, where);

	ereport(ERROR,
			(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
			 errmsg("unknown option \"%s\" of %s", name, place),
			 *names == '\0' ? errdetail("There are no options here.")
							: errdetail("Known here: %s.", names),
			 nearest ? errhint("Perhaps you meant \"%s\".", nearest) : 0));
}

/* What reaches into the machine, not only to the remote system. */
static void
check_privilege(const PendoOption *option)
{
	if (!option->is_privileged || superuser() ||
		has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("permission denied to set option \"%s\"", option->name),
			 errdetail("Only superusers and members of "
					   "pg_read_server_files may set it.")));
}

static void
check_required(const PendoOptionTable *table, int where, List *given)
{
	for (int i = 0; i < table->count; i++)
	{
		const PendoOption *option = &table->options[i];
		bool is_given = false;
		ListCell *cell;

		if (!option->is_required || (option->where & where) == 0)
			continue;
		foreach(cell, given)
			is_given = is_given || strcmp(lfirst_node(DefElem, cell)->defname,
										  option->name) == 0;
		if (!is_given)
			ereport(ERROR, (errcode(ERRCODE_FDW_OPTION_NAME_NOT_FOUND),
							errmsg("option \"%s\" is required", option->name),
							errdetail("%s", option->description)));
	}
}

/* A secret is better kept in a file: what DDL says, the server may log. */
static void
notice_secret(const PendoOption *option)
{
	if (option->is_secret)
		ereport(NOTICE,
				(errmsg("option \"%s\" holds a secret in the catalogue",
						option->name),
				 errdetail("Superusers can read it, dumps contain it, and the "
						   "statement may be in the server's log."),
				 errhint("Put it into a file of pendo_fdw.secret_directory and "
						 "name that file instead."),
				 errhidestmt(true), errhidecontext(true)));
}

static void
validate(const PendoConnector *connector, List *given, Oid catalog)
{
	const PendoOptionTable *table = pendo_connector_options(connector);
	const char *place = "this object";
	int where = 0;
	ListCell *cell;

	for (int i = 0; i < lengthof(places); i++)
	{
		if (places[i].catalog == catalog)
		{
			where = places[i].where;
			place = places[i].name;
		}
	}
	foreach(cell, given)
	{
		DefElem *def = lfirst_node(DefElem, cell);
		const PendoOption *option = pendo_option_find(table, def->defname,
													  where);

		if (option == NULL)
			unknown_option(table, where, place, def->defname);
		check_privilege(option);
		pendo_option_check(option, defGetString(def));
		if (strcmp(option->name, "object") == 0 &&
			pendo_find_object(connector->objects, defGetString(def)) == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_FDW_TABLE_NOT_FOUND),
					 errmsg("unknown object \"%s\"", defGetString(def)),
					 errhint("IMPORT FOREIGN SCHEMA makes the tables there "
							 "are.")));
		notice_secret(option);
	}
	check_required(table, where, given);
}

/*
 * A connector's validator, as in pendo_fdw_validator(options text[], catalogue
 * oid): raises an error if the options are not good.
 */
#define VALIDATOR(function, connector) \
	Datum function(PG_FUNCTION_ARGS) \
	{ \
		validate(&connector, untransformRelOptions(PG_GETARG_DATUM(0)), \
				 PG_GETARG_OID(1)); \
		PG_RETURN_VOID(); \
	}

VALIDATOR(pendo_fdw_validator, pendo_connector_pendo)
VALIDATOR(hubspot_fdw_validator, pendo_connector_hubspot)
VALIDATOR(salesforce_fdw_validator, pendo_connector_salesforce)

/*
 * pendo._connector_of(connection name) returns text: the name of its foreign-data
 * wrapper, if that is one of ours
 */
Datum
pendo_connector_of(PG_FUNCTION_ARGS)
{
	ForeignServer *server = GetForeignServerByName(NameStr(*PG_GETARG_NAME(0)),
												   true);
	ForeignDataWrapper *wrapper;

	if (server == NULL)
		PG_RETURN_NULL();
	wrapper = GetForeignDataWrapper(server->fdwid);
	if (pendo_connector_by_name(wrapper->fdwname) == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(wrapper->fdwname));
}
