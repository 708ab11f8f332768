/*-------------------------------------------------------------------------
 *
 * connector/pendo/connector.c
 *	  Pendo, as the foreign data wrapper sees it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/auth.h"
#include "connector/common_option.h"
#include "connector/pendo/pendo.h"

static const PendoSecretOption secrets[] = {
	{"secret_file", "integration_key"},
	{NULL, NULL},
};

static const PendoSecretOption write_secrets[] = {
	{"write_secret_file", "write_integration_key"},
	{NULL, NULL},
};

static const PendoOptionTable *const option_parts[] = {
	&pendo_option_table,
	&pendo_common_options,
	NULL,
};

const PendoConnector pendo_connector_pendo = {
	.name = "pendo_fdw",
	.address = "base_url",
	.key_header = PENDO_KEY_HEADER,
	.secrets = secrets,
	.write_secrets = write_secrets,
	.option_parts = option_parts,
	.objects = &pendo_object_table,
	.offer = pendo_offer,
	.has_field = pendo_has_field,
	.classify = pendo_classify,
	.scan_open = pendo_scan_open,
	.explain = pendo_scan_explain,
	.fingerprint = pendo_fingerprint,
};
