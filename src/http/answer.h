/*-------------------------------------------------------------------------
 *
 * http/answer.h
 *	  A request whose whole answer is collected in memory, for small documents.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_ANSWER_H
#define PENDO_HTTP_ANSWER_H

#include "http/client.h"
#include "lib/stringinfo.h"

typedef struct PendoHttpAnswer
{
	PendoHttpOutcome outcome;
	StringInfoData body; /* inflated; NUL-terminated */
	char *date;			 /* header fields kept, NULL if absent */
	char *content_type;
	char *request_id;
	char *retry_after;
	int attempts;
} PendoHttpAnswer;

typedef struct PendoHttpAttempt PendoHttpAttempt;

/* An empty answer in that context, and one made empty again. */
extern PendoHttpAnswer *pendo_http_answer_create(MemoryContext owner);
extern void pendo_http_answer_clear(PendoHttpAnswer *answer);

/*
 * Start a request whose answer is wanted as a whole.  Belongs to "owner", like
 * the request; nothing is sent before the next pendo_http_wait().
 */
extern PendoHttpAttempt *
pendo_http_attempt_start(MemoryContext owner, const PendoHttpSpec *spec);

/*
 * Take what has come into "answer" (the same, cleared one at each call); true
 * when the attempt is over, and the answer complete or its outcome tells why
 * not.  Never waits.
 */
extern bool
pendo_http_attempt_progress(PendoHttpAttempt *attempt, PendoHttpAnswer *answer);

/* For its header fields, while the attempt is there. */
extern PendoHttpRequest *pendo_http_attempt_request(PendoHttpAttempt *attempt);

/* Drop it before its owner goes; NULL is allowed. */
extern void pendo_http_attempt_drop(PendoHttpAttempt *attempt);

#endif /* PENDO_HTTP_ANSWER_H */
