/*-------------------------------------------------------------------------
 *
 * http/session.h
 *	  Access tokens that all backends share.
 *
 * A session belongs to a pair of sign-in URL and credential, whatever servers,
 * databases or roles use it.  It is begun by whoever needs it first and
 * renewed by one backend at a time, while the others wait for it.  Tokens
 * live in shared memory and nowhere else.  The segment is made on demand:
 * shared_preload_libraries is not needed.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_SESSION_H
#define PENDO_HTTP_SESSION_H

#include "http/keyed_hash.h"

/* A token is opaque; those that are signed documents take some kB. */
#define PENDO_SESSION_TOKEN_BYTES 6144
#define PENDO_SESSION_URL_BYTES	  256
#define PENDO_SESSION_ID_BYTES	  32

/* What a sign-in brings.  Strings are palloc'ed; all but token may be NULL. */
typedef struct PendoSession
{
	char *token;		/* secret: for pendo_secret_forget() */
	char *instance_url; /* base of all paths, where the sign-in names one */
	char *org;			/* id of the organisation */
	char *user;			/* our own id there */
	uint64 generation;	/* grows with each sign-in; set by session.c */
} PendoSession;

/* Which session; to be filled in by pendo_session_key(). */
typedef struct PendoSessionKey
{
	uint8 hash[PENDO_KEYED_HASH_BYTES];
} PendoSessionKey;

/*
 * Sign in and fill the session, or raise an error.  What waits in it has to
 * look for interrupts.
 */
typedef void (*PendoSignIn)(void *arg, PendoSession *session);

/*
 * Reserve the segment when the library is preloaded; for shmem_request_hook.
 * Without preload a smaller one comes out of the server's slack.
 */
extern void pendo_session_request_shmem(void);

extern void pendo_session_key(const char *url, const char *credential,
							  PendoSessionKey *key);

/*
 * A session younger than generation "over" (0: any), begun with "sign_in" if
 * there is none.  In the current memory context.  Errors: those of sign_in,
 * also when another backend's failed that this one waited for.
 */
extern void
pendo_session_get(const PendoSessionKey *key, uint64 over, PendoSignIn sign_in,
				  void *arg, PendoSession *session);

/* The present session's token, palloc'ed; NULL if there is none. */
extern char *pendo_session_token(const PendoSessionKey *key);

#endif /* PENDO_HTTP_SESSION_H */
