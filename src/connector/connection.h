/*-------------------------------------------------------------------------
 *
 * connector/connection.h
 *	  A remote system as one user reaches it: server and user mapping.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_CONNECTION_H
#define PENDO_CONNECTION_H

#include "connector/option.h"
#include "http/client.h"
#include "http/retry.h"
#include "http/session.h"
#include "http/throttle.h"

struct PendoSecretOption;

typedef struct PendoConnection
{
	Oid serverid;
	Oid userid;		  /* whose mapping is used */
	const char *name; /* of the server */
	const struct PendoConnector *connector;
	PendoOptions *options; /* of the server */
	PendoOptions *mapping; /* of the user mapping */
	const char *base_url;  /* without a slash at its end */
	char *host;			   /* of the base URL, for messages */
	PendoHttpRoute route;
	PendoRetryPolicy retry;
	PendoBudget *budget;
	PendoBudget *search_budget; /* NULL: searches have none of their own */
	PendoRequestClass request_class;
	int max_requests; /* in flight for one scan */

	/* Of the session last used, where the connector has sessions. */
	uint64 session; /* its generation, 0: none yet */
	int64 since;	/* when it was first used here; monotonic clock */
	char org[PENDO_SESSION_ID_BYTES];  /* id of the organisation, or "" */
	char user[PENDO_SESSION_ID_BYTES]; /* our own id there, or "" */
} PendoConnection;

/*
 * Gather what is needed to reach a server as "userid".  Errors: no such
 * mapping.  Nothing is sent; the secret is not read yet.
 */
extern PendoConnection *pendo_connection_get(Oid serverid, Oid userid);

/* As above, by the server's name and as the current user. */
extern PendoConnection *pendo_connection_by_name(const char *name);

/* Whose leave a request to that path needs. */
extern PendoBudget *
pendo_connection_budget(const PendoConnection *connection, const char *path);

/*
 * The first of these secrets that the mapping sets, read from its file or the
 * mapping; NULL if it sets none.  To be forgotten, as below.
 */
extern char *pendo_mapping_secret(const PendoOptions *mapping,
								  const struct PendoSecretOption *secrets);

/*
 * The key, read from its file or the mapping; palloc'ed, to be forgotten by
 * pendo_secret_forget().
 */
extern char *
pendo_connection_secret(const PendoConnection *connection, bool for_writing);

#endif /* PENDO_CONNECTION_H */
