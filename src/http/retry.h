/*-------------------------------------------------------------------------
 *
 * http/retry.h
 *	  What to do after a request, and how an outcome becomes an error.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_RETRY_H
#define PENDO_HTTP_RETRY_H

#include <time.h>

#include "compat.h"
#include "datatype/timestamp.h"
#include "http/client.h"

typedef struct PendoRetryPolicy
{
	int max_attempts; /* 1: never try again */
	int base_delay;	  /* ms before the second attempt */
	int max_delay;	  /* ms; also the longest Retry-After obeyed */
} PendoRetryPolicy;

typedef enum PendoRetryAction
{
	PENDO_RETRY_ACCEPT,	 /* 2xx, complete */
	PENDO_RETRY_AGAIN,	 /* the same request, after "delay" */
	PENDO_RETRY_SMALLER, /* asking for less may help; else as AGAIN */
	PENDO_RETRY_GIVE_UP
} PendoRetryAction;

typedef struct PendoRetryDecision
{
	PendoRetryAction action;
	int64 delay;	/* ms */
	bool throttled; /* 429: everyone with this key should wait */
	bool is_free;	/* AGAIN, and that was no attempt */
} PendoRetryDecision;

/*
 * Decide by outcome, attempt (1 for the first) and Retry-After (NULL if
 * absent; seconds or an HTTP date).  Exponential back-off with full jitter.
 * "outcome" may be of a request whose header alone was read.  With the last
 * attempt, or if Retry-After is beyond max_delay, AGAIN becomes GIVE_UP;
 * "delay" and "throttled" then still tell what was asked for, so that others
 * with this key can be held.  SMALLER stays: a caller that cannot ask
 * for less counts its attempts.
 *
 * A kept connection that ended before an answer tells nothing of the remote
 * system: such an attempt does not count.  There are only so many of them.
 */
extern PendoRetryDecision
pendo_retry_decide(const PendoRetryPolicy *policy, int attempt,
				   const PendoHttpOutcome *outcome, const char *retry_after);

/*
 * What a Retry-After field asks for, in ms from "now" (ms since 1970); -1 if it
 * is absent or unreadable, 0 for a time that has passed.
 */
extern int64 pendo_retry_after(const char *text, int64 now);

/* What to do about answers of a status, where a remote system has its own way. */
typedef struct PendoHttpHint
{
	int status; /* 0: the end of the list */
	const char *hint;
} PendoHttpHint;

/* What an error message can name; all may be NULL. */
typedef struct PendoHttpContext
{
	const char *server; /* foreign server's name */
	const char *object; /* what was asked for, e.g. table visitor */
	const char *host;	/* of the URL */
	const char *body;	/* beginning of the answer, as received */
	size_t body_length;
	const char *request_id;
	int attempts;
	TimestampTz opens_at;		/* 429: when it may be tried again, or 0 */
	const char *hint;			/* instead of the outcome's own, or NULL */
	const PendoHttpHint *hints; /* likewise, for these statuses; or NULL */
	const char *secret; /* the key, masked should the answer repeat it */
} PendoHttpContext;

/*
 * Raise the error that an outcome stands for (conventions, "Errors"): one
 * place maps transport and HTTP outcomes to SQLSTATEs.  Never returns.
 */
pg_noreturn extern void pendo_http_raise(const PendoHttpOutcome *outcome,
										 const PendoHttpContext *context);

/* Overwrite each occurrence of a secret in a text, in place; NULL: none. */
extern void pendo_http_mask(char *text, size_t length, const char *secret);

/*
 * The beginning of a body as received, inflated if need be and ended by NUL;
 * palloc'ed.
 */
extern char *
pendo_http_plain_text(const char *body, size_t length, size_t *plain_length);

/*
 * Remote text made fit for a message: cut to "limit" characters at a
 * character boundary, control characters and invalid UTF-8 replaced; tags of
 * an HTML page dropped.  palloc'ed.
 */
extern char *pendo_http_clean_text(const char *text, size_t length, int limit);

/* One sentence for an outcome, as pendo_http_raise() would say; palloc'ed. */
extern char *pendo_http_describe(const PendoHttpOutcome *outcome,
								 const PendoHttpContext *context);

/* What to do about it, or NULL; constant or palloc'ed. */
extern const char *pendo_http_hint(const PendoHttpOutcome *outcome,
								   const PendoHttpContext *context);

#endif /* PENDO_HTTP_RETRY_H */
