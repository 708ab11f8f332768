/*-------------------------------------------------------------------------
 *
 * connector/salesforce/salesforce.h
 *	  What the files of the Salesforce connector share.
 *
 *	  options.c		options of servers, mappings and tables
 *	  objects.c		the objects that are offered, as data
 *	  offer.c		fields that this user sees, and those of the organisation
 *	  login.c		signing in
 *	  scan.c		a scan's queries, and what EXPLAIN says of them
 *	  connector.c	the connector
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_SALESFORCE_H
#define PENDO_SALESFORCE_H

#include "connector/ask.h"
#include "connector/connection.h"
#include "connector/connector.h"
#include "connector/crm.h"
#include "http/session.h"

extern const PendoOptionTable salesforce_option_table;
extern const PendoObjectTable salesforce_object_table;

/* "/services/data/v68.0" and then the rest. */
extern char *salesforce_path(const PendoOptions *options, const char *rest);

/* Fill in a GET, all but address and token. */
extern void
salesforce_spec(const PendoConnection *connection, PendoHttpSpec *spec);

extern List *
salesforce_offer(PendoConnection *connection, const char *period, List *only);
extern void
salesforce_login(PendoConnection *connection, PendoSession *session);
extern bool salesforce_is_session_over(const char *body);
extern PendoStream *
salesforce_scan_open(MemoryContext owner, const PendoScan *scan);
extern void
salesforce_scan_explain(const PendoScan *scan, List **labels, List **texts);

#endif /* PENDO_SALESFORCE_H */
