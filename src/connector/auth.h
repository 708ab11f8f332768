/*-------------------------------------------------------------------------
 *
 * connector/auth.h
 *	  Who we are to a remote system: address, header and secret of a request.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_AUTH_H
#define PENDO_AUTH_H

#include "connector/connection.h"
#include "http/client.h"
#include "http/session.h"

/* Options of a user mapping that hold a secret, or name the file that does. */
typedef struct PendoSecretOption
{
	const char *file;
	const char *literal;
} PendoSecretOption;

/*
 * Fill url, secret_header and secret of a request to "path", which begins with
 * a slash; palloc'ed.  Signs in first where the connector has sessions.  To be
 * followed by pendo_auth_forget() once the request was started or fetched.
 * Errors: no key; those of a sign-in.
 */
extern void pendo_auth_apply(PendoConnection *connection, const char *path,
							 bool for_writing, PendoHttpSpec *spec);

/*
 * Have a session, where the connector has any.  That may take as long as a
 * sign-in, another backend's for one: so before a token of the budget is taken,
 * which is worth a request at that moment alone.  Errors: those of a sign-in.
 */
extern void pendo_auth_sign_in(PendoConnection *connection);

/* Overwrite and free the secret; idempotent. */
extern void pendo_auth_forget(PendoHttpSpec *spec);

/*
 * Is this answer a refusal because the session is over?  Then there is a new
 * one, for all backends, and the request is worth sending again, once.  "body"
 * is the answer's beginning, as text, or NULL.  Errors: those of a sign-in.
 */
extern bool pendo_auth_renew(PendoConnection *connection,
							 const PendoHttpOutcome *outcome, const char *body);

/*
 * What must not be shown of requests and answers: the key, or the session's
 * token.  palloc'ed, for pendo_secret_forget(); NULL if there is none yet.
 */
extern char *
pendo_auth_secret(const PendoConnection *connection, bool for_writing);

#endif /* PENDO_AUTH_H */
