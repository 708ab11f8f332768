/*-------------------------------------------------------------------------
 *
 * connector/connection.c
 *	  A remote system as one user reaches it: server and user mapping.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_foreign_server.h"
#include "compat.h"
#include "connector/auth.h"
#include "connector/connection.h"
#include "connector/connector.h"
#include "foreign/foreign.h"
#include "http/secret.h"
#include "miscadmin.h"
#include "settings.h"
#include "utils/acl.h"

static const char *
text_or(const char *value, const char *otherwise)
{
	if (value != NULL)
		return value;
	return otherwise != NULL && *otherwise != '\0' ? otherwise : NULL;
}

static int
time_or(const PendoOptions *options, const char *name, int otherwise)
{
	if (pendo_option_text(options, name) == NULL)
		return otherwise;
	return (int) pendo_option_integer(options, name);
}

static PendoIpFamily
ip_family(const char *value)
{
	if (strcmp(value, "ipv4") == 0)
		return PENDO_IP_V4;
	if (strcmp(value, "ipv6") == 0)
		return PENDO_IP_V6;
	return PENDO_IP_ANY;
}

/* A proxy's password may lie in a file of its own. */
static const char *
proxy_password(const PendoOptions *mapping)
{
	const char *file = pendo_option_text(mapping, "proxy_password_file");

	if (file != NULL)
		return pendo_secret_read(file);
	return pendo_option_text(mapping, "proxy_password");
}

static void
fill_route(PendoConnection *connection)
{
	PendoHttpRoute *route = &connection->route;
	PendoOptions *options = connection->options;

	route->proxy = text_or(pendo_option_text(options, "http_proxy"),
						   pendo_http_proxy);
	if (route->proxy != NULL && strcmp(route->proxy, "none") == 0)
		route->proxy = NULL;
	if (route->proxy != NULL)
	{
		route->proxy_user = pendo_option_text(connection->mapping,
											  "proxy_user");
		route->proxy_password = proxy_password(connection->mapping);
	}
	route->no_proxy = text_or(pendo_option_text(options, "no_proxy"),
							  pendo_http_no_proxy);
	route->ca_file = text_or(pendo_option_text(options, "ca_file"),
							 pendo_http_ca_file);
	route->ip_family = ip_family(pendo_option_text(options, "ip_family"));
	route->connect_timeout = time_or(options, "connect_timeout",
									 pendo_http_connect_timeout);
	route->first_byte_timeout = time_or(options, "first_byte_timeout",
										pendo_http_first_byte_timeout);
	route->stall_timeout = time_or(options, "stall_timeout",
								   pendo_http_stall_timeout);
}

/* Host (and port) of a URL whose form was checked when it was set. */
static char *
url_host(const char *url)
{
	const char *host = strstr(url, "://");

	return pstrdup(host ? host + 3 : url);
}

static void
find_budgets(PendoConnection *connection)
{
	const PendoConnector *connector = connection->connector;
	PendoOptions *options = connection->options;
	char *secret = pendo_connection_secret(connection, false);

	connection->budget = pendo_throttle_budget(
		connection->host, secret,
		pendo_option_number(options, "requests_per_second"),
		(int) pendo_option_integer(options, "request_burst"));
	if (connector->search_path != NULL)
		/* No burst: the limit counts within a second, and is small. */
		connection->search_budget = pendo_throttle_budget(
			psprintf("%s%s", connection->host, connector->search_path), secret,
			pendo_option_number(options, connector->search_rate), 1);
	pendo_secret_forget(secret);
}

PendoBudget *
pendo_connection_budget(const PendoConnection *connection, const char *path)
{
	const char *end = connection->connector->search_path;
	size_t length = strlen(path);

	if (end != NULL && length >= strlen(end) &&
		strcmp(path + length - strlen(end), end) == 0)
		return connection->search_budget;
	return connection->budget;
}

PendoConnection *
pendo_connection_get(Oid serverid, Oid userid)
{
	PendoConnection *connection = palloc0(sizeof(PendoConnection));
	ForeignServer *server = GetForeignServer(serverid);
	ForeignDataWrapper *fdw = GetForeignDataWrapper(server->fdwid);
	const PendoConnector *connector = pendo_connector_by_name(fdw->fdwname);
	UserMapping *mapping;

	if (connector == NULL)
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("server \"%s\" is not a connection of pendo_fdw",
							   server->servername),
						errdetail("Its foreign-data wrapper is \"%s\".",
								  fdw->fdwname)));
	mapping = GetUserMapping(userid, serverid);
	connection->serverid = serverid;
	connection->userid = userid;
	connection->name = server->servername;
	connection->connector = connector;
	connection->options = pendo_options_create(
		pendo_connector_options(connector));
	pendo_options_merge(connection->options, server->options);
	connection->mapping = pendo_options_create(
		pendo_connector_options(connector));
	pendo_options_merge(connection->mapping, mapping->options);
	connection->base_url = pendo_option_text(connection->options,
											 connector->address);
	connection->host = url_host(connection->base_url);
	fill_route(connection);
	connection->retry.max_attempts = (int)
		pendo_option_integer(connection->options, "max_attempts");
	connection->retry.base_delay = (int)
		pendo_option_integer(connection->options, "retry_delay");
	connection->retry.max_delay = (int)
		pendo_option_integer(connection->options, "max_retry_delay");
	connection->max_requests = (int) pendo_option_integer(connection->options,
														  "max_requests");
	connection->request_class = PENDO_CLASS_ANALYST;
	find_budgets(connection);
	return connection;
}

PendoConnection *
pendo_connection_by_name(const char *name)
{
	ForeignServer *server = GetForeignServerByName(name, false);
	AclResult acl;

	acl = pendo_server_aclcheck(server->serverid, GetUserId(), ACL_USAGE);
	if (acl != ACLCHECK_OK)
		aclcheck_error(acl, OBJECT_FOREIGN_SERVER, name);
	return pendo_connection_get(server->serverid, GetUserId());
}

char *
pendo_mapping_secret(const PendoOptions *mapping,
					 const PendoSecretOption *secrets)
{
	for (; secrets != NULL && secrets->file != NULL; secrets++)
	{
		const char *file = pendo_option_text(mapping, secrets->file);
		const char *literal = pendo_option_text(mapping, secrets->literal);

		if (file != NULL)
			return pendo_secret_read(file);
		if (literal != NULL)
			return pstrdup(literal);
	}
	return NULL;
}

char *
pendo_connection_secret(const PendoConnection *connection, bool for_writing)
{
	const PendoConnector *connector = connection->connector;
	char *secret = NULL;

	if (for_writing)
		secret = pendo_mapping_secret(connection->mapping,
									  connector->write_secrets);
	if (secret == NULL)
		secret = pendo_mapping_secret(connection->mapping, connector->secrets);
	if (secret != NULL)
		return secret;
	ereport(ERROR,
			(errcode(ERRCODE_FDW_OPTION_NAME_NOT_FOUND),
			 errmsg("no key for server \"%s\"", connection->name),
			 errdetail("The user mapping names neither a %s nor an %s.",
					   connector->secrets->file, connector->secrets->literal),
			 errhint("ALTER USER MAPPING FOR CURRENT_USER SERVER %s OPTIONS "
					 "(ADD %s 'name');",
					 connection->name, connector->secrets->file)));
}
