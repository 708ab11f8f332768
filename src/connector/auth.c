/*-------------------------------------------------------------------------
 *
 * connector/auth.c
 *	  Who we are to a remote system: address, header and secret of a request.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/auth.h"
#include "connector/connector.h"
#include "http/secret.h"

/* The header's value: the secret behind what the remote system wants first. */
static char *
header_value(const PendoConnector *connector, const char *secret)
{
	if (connector->key_prefix == NULL)
		return pstrdup(secret);
	return psprintf("%s%s", connector->key_prefix, secret);
}

void
pendo_auth_apply(PendoConnection *connection, const char *path,
				 bool for_writing, PendoHttpSpec *spec)
{
	const PendoConnector *connector = connection->connector;
	char *secret = pendo_connection_secret(connection, for_writing);

	/* Else it would lengthen the host's name, and the key go to another. */
	Assert(*path == '/');
	spec->url = psprintf("%s%s", connection->base_url, path);
	spec->secret_header = connector->key_header;
	spec->secret = header_value(connector, secret);
	pendo_secret_forget(secret);
}

void
pendo_auth_forget(PendoHttpSpec *spec)
{
	pendo_secret_forget(unconstify(char *, spec->secret));
	spec->secret = NULL;
}

bool
pendo_auth_renew(PendoConnection *connection, const PendoHttpOutcome *outcome,
				 const char *body)
{
	/* A key is good or is not: there is nothing to renew. */
	return false;
}

char *
pendo_auth_secret(const PendoConnection *connection, bool for_writing)
{
	return pendo_connection_secret(connection, for_writing);
}
