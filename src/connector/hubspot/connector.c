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
#include "connector/offer.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

/* The account's number. */
static char *
hubspot_org(PendoConnection *connection)
{
	static const char what[] = "the account";
	const char *version = pendo_option_text(connection->options, "api_version");
	PendoHttpSpec spec = {0};
	PendoHttpAnswer *answer;
	const char *problem;
	JsonbValue portal;
	Jsonb *parsed;

	hubspot_spec(connection, NULL, &spec);
	answer = pendo_ask(connection,
					   psprintf("/account-info/%s/details", version), &spec,
					   what);
	parsed = pendo_parse_answer(&answer->body, &problem);
	if (parsed == NULL)
		pendo_crm_bad_answer(connection->name, what, problem);
	if (!JsonContainerIsObject(&parsed->root) ||
		getKeyJsonValueFromContainer(&parsed->root, "portalId",
									 strlen("portalId"), &portal) == NULL ||
		portal.type != jbvNumeric)
		pendo_crm_bad_answer(connection->name, what, "it has no portalId");
	return DatumGetCString(
		DirectFunctionCall1(numeric_out, NumericGetDatum(portal.val.numeric)));
}

static const PendoSecretOption secrets[] = {
	{"secret_file", "access_token"},
	{NULL, NULL},
};

static const PendoSecretOption write_secrets[] = {
	{"write_secret_file", "write_access_token"},
	{NULL, NULL},
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
	.secrets = secrets,
	.write_secrets = write_secrets,
	.search_path = "/search",
	.search_rate = "searches_per_second",
	.option_parts = option_parts,
	.objects = &hubspot_object_table,
	.is_textual = true,
	.offer = hubspot_offer,
	.has_field = pendo_crm_has_field,
	.classify = pendo_crm_classify,
	.scan_open = hubspot_scan_open,
	.explain = hubspot_scan_explain,
	.org = hubspot_org,
};
