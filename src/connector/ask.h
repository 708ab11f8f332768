/*-------------------------------------------------------------------------
 *
 * connector/ask.h
 *	  One small question to a remote system, and its whole answer.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_ASK_H
#define PENDO_ASK_H

#include "connector/connection.h"
#include "http/fetch.h"

/*
 * Send a request whose address and secret are filled in here, and return its
 * answer, of whatever status; a session that is over is renewed once.  What
 * the answer repeats of the secret is overwritten.  In the current memory
 * context.
 */
extern PendoHttpAnswer *
pendo_ask_any(PendoConnection *connection, const char *path, bool for_writing,
			  PendoHttpSpec *spec, const PendoRetryPolicy *policy);

/*
 * As above, with the connection's retries, as a reader: an answer that is not
 * good is an error about "object".  The body is NUL-terminated.
 */
extern PendoHttpAnswer *pendo_ask(PendoConnection *connection, const char *path,
								  PendoHttpSpec *spec, const char *object);

/* Was the answer complete, with a status of success? */
extern bool pendo_answer_is_good(const PendoHttpAnswer *answer);

/*
 * Messages quote answers, and whoever sent one may repeat what it was asked:
 * overwrite the secret in it; NULL for none.
 */
extern void pendo_mask_answer(PendoHttpAnswer *answer, const char *secret);

#endif /* PENDO_ASK_H */
