/*-------------------------------------------------------------------------
 *
 * connector/salesforce/connector.c
 *	  Salesforce, as the foreign data wrapper sees it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/auth.h"
#include "connector/common_option.h"
#include "connector/salesforce/salesforce.h"

char *
salesforce_path(const PendoOptions *options, const char *rest)
{
	return psprintf("/services/data/v%s%s",
					pendo_option_text(options, "api_version"), rest);
}

void
salesforce_spec(const PendoConnection *connection, PendoHttpSpec *spec)
{
	spec->method = "GET";
	spec->headers = list_make1("Accept: application/json");
	spec->route = &connection->route;
	spec->accept_gzip = true;
	spec->max_body = pendo_option_integer(connection->options, "max_response");
}

/* Salesforce says 403 to that. */
static bool
salesforce_is_limited(int status, const char *body)
{
	return status == 403 && strstr(body, "REQUEST_LIMIT_EXCEEDED") != NULL;
}

/* A sign-in tells it. */
static char *
salesforce_org(PendoConnection *connection)
{
	pendo_auth_sign_in(connection);
	return *connection->org != '\0' ? pstrdup(connection->org) : NULL;
}

/* By whichever of these is there a credential is told from another. */
static const PendoSecretOption secrets[] = {
	{"refresh_token_file", "refresh_token"},
	{"client_secret_file", "client_secret"},
	{NULL, NULL},
};

static const PendoHttpHint hints[] = {
	{401, "Check that the app and the user who signs in may use the API; the "
		  "user mapping gives them by client_id, client_secret_file and "
		  "refresh_token_file."},
	{403, "Give the user who signs in the rights \"API Enabled\" and those on "
		  "the object and its fields."},
	{0, NULL},
};

static const PendoOptionTable *const option_parts[] = {
	&salesforce_option_table,
	&pendo_delivery_options,
	&pendo_common_options,
	NULL,
};

const PendoConnector pendo_connector_salesforce = {
	.name = "salesforce_fdw",
	.address = "login_url",
	.key_header = "Authorization",
	.key_prefix = "Bearer ",
	.hints = hints,
	.secrets = secrets,
	.login = salesforce_login,
	.is_session_over = salesforce_is_session_over,
	.is_limited = salesforce_is_limited,
	.write_hint = PENDO_CRM_WRITE_HINT,
	.option_parts = option_parts,
	.objects = &salesforce_object_table,
	.is_textual = true,
	.offer = salesforce_offer,
	.has_field = pendo_crm_has_field,
	.classify = pendo_crm_classify,
	.scan_open = salesforce_scan_open,
	.explain = salesforce_scan_explain,
	.org = salesforce_org,
};
