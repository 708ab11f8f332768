/*-------------------------------------------------------------------------
 *
 * http/fetch.h
 *	  One whole answer in memory, for small documents.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_FETCH_H
#define PENDO_HTTP_FETCH_H

#include "http/answer.h"
#include "http/retry.h"
#include "http/throttle.h"

/*
 * Send a request and wait for its answer, with the waits of "budget" (may be
 * NULL) and the retries of "policy" (NULL: none).  Returns whatever the last
 * attempt ended with: the caller decides whether that is an error, usually by
 * pendo_http_raise().  The answer lives in the current memory context.
 */
extern PendoHttpAnswer *
pendo_http_fetch(const PendoHttpSpec *spec, PendoBudget *budget,
				 PendoRequestClass request_class,
				 const PendoRetryPolicy *policy);

#endif /* PENDO_HTTP_FETCH_H */
