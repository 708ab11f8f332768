/*-------------------------------------------------------------------------
 *
 * connector/salesforce/options.c
 *	  Options of Salesforce's servers and user mappings, beside the common
 *	  ones.
 *
 * Sorted by name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/salesforce/salesforce.h"

#define SERVER	PENDO_ON_SERVER
#define MAPPING PENDO_ON_MAPPING

/* "68.0": two or three digits, and a zero. */
static void
check_version(const char *name, const char *value)
{
	size_t digits = strspn(value, "0123456789");

	if (digits < 2 || digits > 3 || strcmp(value + digits, ".0") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				 errmsg("invalid value for option \"%s\": \"%s\"", name, value),
				 errhint("Use a number such as 68.0.")));
}

static const PendoOption options[] = {
	{.name = "api_version",
	 .where = SERVER,
	 .type = PENDO_OPTION_TEXT,
	 .preset = "68.0",
	 .check = check_version,
	 .description = "Version of Salesforce's API.  60.0 is the oldest that is "
					"of use here."},
	{.name = "client_id",
	 .where = MAPPING,
	 .type = PENDO_OPTION_TEXT,
	 .is_required = true,
	 .description = "Consumer key of the connected or external client app."},
	{.name = "client_secret",
	 .where = MAPPING,
	 .type = PENDO_OPTION_TEXT,
	 .is_secret = true,
	 .description = "Consumer secret of the app.  Better kept in a file: see "
					"client_secret_file."},
	{.name = "client_secret_file",
	 .where = MAPPING,
	 .type = PENDO_OPTION_SECRET_FILE,
	 .is_privileged = true,
	 .description = "File in pendo_fdw.secret_directory that holds the app's "
					"consumer secret.  It is read at every use."},
	{.name = "login_url",
	 .where = SERVER,
	 .type = PENDO_OPTION_URL,
	 .is_required = true,
	 .description =
		 "Where to sign in: the organisation's My Domain, such as "
		 "https://example.my.salesforce.com, or "
		 "https://example--test.sandbox.my.salesforce.com for a sandbox."},
	{.name = "refresh_token",
	 .where = MAPPING,
	 .type = PENDO_OPTION_TEXT,
	 .is_secret = true,
	 .description =
		 "Refresh token of the user to sign in as; without one the app's own "
		 "user signs in by client credentials.  Better kept in a file: see "
		 "refresh_token_file."},
	{.name = "refresh_token_file",
	 .where = MAPPING,
	 .type = PENDO_OPTION_SECRET_FILE,
	 .is_privileged = true,
	 .description = "File in pendo_fdw.secret_directory that holds the refresh "
					"token.  It is read at every use."},
	{.name = "request_burst",
	 .where = SERVER,
	 .type = PENDO_OPTION_INTEGER,
	 .preset = "10",
	 .min = 1,
	 .max = 10000,
	 .description = "Requests that may go at once after a rest, shared by all "
					"who use the same app and user."},
	{.name = "requests_per_second",
	 .where = SERVER,
	 .type = PENDO_OPTION_NUMBER,
	 .preset = "5",
	 .min = 0.01,
	 .max = 10000,
	 .description =
		 "Requests a second, shared by all who use the same app and user.  "
		 "Salesforce has no such limit, but one for 24 hours, of 100,000 and "
		 "more for an organisation: 5 keep a long query from using up much of "
		 "it in minutes."},
};

const PendoOptionTable salesforce_option_table = {options, lengthof(options)};
