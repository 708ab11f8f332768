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
#include "http/clock.h"
#include "http/secret.h"
#include "lib/stringinfo.h"
#include "utils/memutils.h"

/* The header's value: the secret behind what the remote system wants first. */
static char *
header_value(const PendoConnector *connector, const char *secret)
{
	if (connector->key_prefix == NULL)
		return pstrdup(secret);
	return psprintf("%s%s", connector->key_prefix, secret);
}

/*
 * Which session is ours: it belongs to all that a sign-in sends, so that a
 * mapping or a file that changes is another one.
 */
static void
session_key(const PendoConnection *connection, PendoSessionKey *key)
{
	const PendoOptions *mapping = connection->mapping;
	StringInfoData credential;

	initStringInfo(&credential);
	for (int i = 0; i < mapping->table->count; i++)
	{
		const PendoOption *option = &mapping->table->options[i];
		const char *value = mapping->values[i];
		char *secret = NULL;

		if (value == NULL)
			continue;
		if (option->type == PENDO_OPTION_SECRET_FILE)
			value = secret = pendo_secret_read(value);
		appendStringInfo(&credential, "%s=%s\n", option->name, value);
		pendo_secret_forget(secret);
	}
	pendo_session_key(connection->base_url, credential.data, key);
	pendo_secret_forget(credential.data);
}

static void
sign_in(void *arg, PendoSession *session)
{
	PendoConnection *connection = arg;

	connection->connector->login(connection, session);
}

/* Address and secret of a session that is younger than "over". */
static void
apply_session(PendoConnection *connection, const char *path, uint64 over,
			  PendoHttpSpec *spec)
{
	PendoSessionKey key;
	PendoSession session;

	session_key(connection, &key);
	pendo_session_get(&key, over, sign_in, connection, &session);
	if (connection->session != session.generation)
		connection->since = pendo_monotonic_us();
	connection->session = session.generation;
	strlcpy(connection->org, session.org ? session.org : "",
			sizeof(connection->org));
	strlcpy(connection->user, session.user ? session.user : "",
			sizeof(connection->user));
	spec->url = psprintf("%s%s",
						 session.instance_url ? session.instance_url
											  : connection->base_url,
						 path);
	spec->secret = header_value(connection->connector, session.token);
	pendo_secret_forget(session.token);
}

void
pendo_auth_apply(PendoConnection *connection, const char *path,
				 bool for_writing, PendoHttpSpec *spec)
{
	const PendoConnector *connector = connection->connector;
	char *secret;

	/* Else it would lengthen the host's name, and the key go to another. */
	if (*path != '/')
		elog(ERROR, "the path of a request does not begin with a slash");
	spec->secret_header = connector->key_header;
	if (connector->login != NULL)
	{
		apply_session(connection, path, 0, spec);
		return;
	}
	secret = pendo_connection_secret(connection, for_writing);
	spec->url = psprintf("%s%s", connection->base_url, path);
	spec->secret = header_value(connector, secret);
	pendo_secret_forget(secret);
}

void
pendo_auth_sign_in(PendoConnection *connection)
{
	MemoryContext old = CurrentMemoryContext;
	MemoryContext scratch;
	PendoHttpSpec unused = {0};

	if (connection->connector->login == NULL)
		return;
	scratch = AllocSetContextCreate(old, "pendo_fdw sign-in",
									ALLOCSET_SMALL_SIZES);
	MemoryContextSwitchTo(scratch);
	apply_session(connection, "", 0, &unused);
	pendo_auth_forget(&unused);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
}

void
pendo_auth_forget(PendoHttpSpec *spec)
{
	pendo_secret_forget(unconstify(char *, spec->secret));
	spec->secret = NULL;
}

/* Was it sent before the present session was there?  Then by the last one. */
static bool
is_of_last_session(const PendoConnection *connection,
				   const PendoHttpOutcome *outcome)
{
	return outcome->total_us > 0 &&
		   pendo_monotonic_us() - outcome->total_us < connection->since;
}

/*
 * The generation that the refused request used is over; if somebody has begun
 * another one since, that is the one to use.
 */
bool
pendo_auth_renew(PendoConnection *connection, const PendoHttpOutcome *outcome,
				 const char *body)
{
	const PendoConnector *connector = connection->connector;
	PendoHttpSpec unused = {0};

	if (connector->login == NULL || outcome->status != 401 ||
		outcome->from_proxy ||
		(connector->is_session_over != NULL &&
		 !connector->is_session_over(body ? body : "")))
		return false;
	if (is_of_last_session(connection, outcome))
		return true;
	apply_session(connection, "", connection->session, &unused);
	pendo_auth_forget(&unused);
	return true;
}

char *
pendo_auth_secret(const PendoConnection *connection, bool for_writing)
{
	PendoSessionKey key;

	if (connection->connector->login == NULL)
		return pendo_connection_secret(connection, for_writing);
	session_key(connection, &key);
	return pendo_session_token(&key);
}
