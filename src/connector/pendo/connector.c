/*-------------------------------------------------------------------------
 *
 * connector/pendo/connector.c
 *	  Pendo, as the foreign data wrapper sees it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/pendo/pendo.h"

const PendoConnector pendo_connector_pendo = {
	.name = "pendo_fdw",
	.key_header = PENDO_KEY_HEADER,
	.options = &pendo_option_table,
	.objects = &pendo_object_table,
	.offer = pendo_offer,
	.has_field = pendo_has_field,
	.classify = pendo_classify,
	.scan_open = pendo_scan_open,
	.explain = pendo_scan_explain,
	.fingerprint = pendo_fingerprint,
};
