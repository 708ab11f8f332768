/*-------------------------------------------------------------------------
 *
 * connector/hubspot/hubspot.h
 *	  What the files of the HubSpot connector share.
 *
 *	  options.c		options of servers, mappings and tables
 *	  objects.c		the objects that are offered, as data
 *	  offer.c		properties that an account defined itself
 *	  scan.c		a scan's requests, and what EXPLAIN says of them
 *	  connector.c	the connector
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HUBSPOT_H
#define PENDO_HUBSPOT_H

#include "connector/ask.h"
#include "connector/connection.h"
#include "connector/connector.h"
#include "connector/crm.h"

/* Members of a record's object "properties" have paths that begin so. */
#define HUBSPOT_PROPERTIES "properties"

extern const PendoOptionTable hubspot_option_table;
extern const PendoObjectTable hubspot_object_table;

/* "/crm/v3/objects" or "/crm/objects/2026-09", and then the rest. */
extern char *
hubspot_path(const PendoOptions *options, const char *area, const char *rest);

/* Fill in a request, all but address and key: a GET, or a POST of JSON. */
extern void hubspot_spec(const PendoConnection *connection, char *body,
						 PendoHttpSpec *spec);

extern List *
hubspot_offer(PendoConnection *connection, const char *period, List *only);
extern PendoStream *
hubspot_scan_open(MemoryContext owner, const PendoScan *scan);
extern void
hubspot_scan_explain(const PendoScan *scan, List **labels, List **texts);

#endif /* PENDO_HUBSPOT_H */
