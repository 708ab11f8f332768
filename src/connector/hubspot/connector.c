/*-------------------------------------------------------------------------
 *
 * connector/hubspot/connector.c
 *	  HubSpot, as the foreign data wrapper sees it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/auth.h"
#include "connector/common_option.h"
#include "connector/hubspot/hubspot.h"

static const PendoSecretOption secrets[] = {
	{"secret_file", "access_token"},
	{NULL, NULL},
};

static const PendoSecretOption write_secrets[] = {
	{"write_secret_file", "write_access_token"},
	{NULL, NULL},
};

static const PendoHttpHint hints[] = {
	{401,
	 "Check the access token that the user mapping gives by secret_file or "
	 "access_token: it may be mistyped, revoked or expired."},
	{403,
	 "Give the app, or the service key, of the access token the scope that "
	 "it lacks; or check the token, which the user mapping gives by "
	 "secret_file or access_token."},
	{0, NULL},
};

static const PendoOptionTable *const option_parts[] = {
	&hubspot_option_table,
	&pendo_delivery_options,
	&pendo_common_options,
	NULL,
};

const PendoConnector pendo_connector_hubspot = {
	.name = "hubspot_fdw",
	.address = "base_url",
	.key_header = "Authorization",
	.key_prefix = "Bearer ",
	.hints = hints,
	.secrets = secrets,
	.write_secrets = write_secrets,
	.search_path = "/search",
	.search_rate = "searches_per_second",
	.write_hint = PENDO_CRM_WRITE_HINT,
	.option_parts = option_parts,
	.objects = &hubspot_object_table,
	.is_textual = true,
	.offer = hubspot_offer,
	.has_field = pendo_crm_has_field,
	.classify = pendo_crm_classify,
	.scan_open = hubspot_scan_open,
	.explain = hubspot_scan_explain,
};
