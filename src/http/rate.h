/*-------------------------------------------------------------------------
 *
 * http/rate.h
 *	  What an answer's header tells of the rate that is still allowed.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_RATE_H
#define PENDO_HTTP_RATE_H

#include "http/client.h"
#include "http/throttle.h"

/*
 * Feed the budget with the rate fields of an answer, if it has any.  Pendo
 * documents none; proxies and gateways before it send the common ones.
 */
extern void
pendo_http_learn_rate(const PendoHttpRequest *request, PendoBudget *budget);

#endif /* PENDO_HTTP_RATE_H */
