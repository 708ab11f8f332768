/*-------------------------------------------------------------------------
 *
 * connector/hubspot/options.c
 *	  Options of HubSpot's servers and user mappings, beside the common ones.
 *
 * Sorted by name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/hubspot/hubspot.h"

#define SERVER	PENDO_ON_SERVER
#define MAPPING PENDO_ON_MAPPING

/* "v3", or a year and month. */
static void
check_version(const char *name, const char *value)
{
	static const char form[] = "0000-00";
	bool good = strcmp(value, "v3") == 0;

	if (!good && strlen(value) == strlen(form))
	{
		good = true;
		for (int i = 0; form[i] != '\0'; i++)
			good = good && (form[i] == '-' ? value[i] == '-'
										   : isdigit((unsigned char) value[i]));
	}
	if (!good)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				 errmsg("invalid value for option \"%s\": \"%s\"", name, value),
				 errhint("Use v3, or a year and month such as 2026-09.")));
}

/* "pat-na1-" and the like, as tokens begin: then it is not told again. */
static void
check_no_token(const char *name, const char *value)
{
	if (strncmp(value, "pat-", 4) != 0 || !isalpha((unsigned char) value[4]) ||
		!isalpha((unsigned char) value[5]) ||
		!isdigit((unsigned char) value[6]))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
			 errmsg("option \"%s\" holds an access token, not a file's name",
					name),
			 errdetail("The statement may be in the server's log."),
			 errhint("Put the token into a file of pendo_fdw.secret_directory "
					 "and name that file."),
			 errhidestmt(true), errhidecontext(true)));
}

static const PendoOption options[] = {
	{.name = "access_token",
	 .where = MAPPING,
	 .type = PENDO_OPTION_TEXT,
	 .is_secret = true,
	 .description = "Access token of a private app, or a service key.  Better "
					"kept in a file: see secret_file."},
	{.name = "api_version",
	 .where = SERVER,
	 .type = PENDO_OPTION_TEXT,
	 .preset = "v3",
	 .check = check_version,
	 .description = "Version of HubSpot's API: v3 (which HubSpot supports "
					"until September 2027), or one of those named by year and "
					"month, such as 2026-09."},
	{.name = "base_url",
	 .where = SERVER,
	 .type = PENDO_OPTION_URL,
	 .preset = "https://api.hubapi.com",
	 .description = "HubSpot's address; it is the same for all accounts."},
	{.name = "request_burst",
	 .where = SERVER,
	 .type = PENDO_OPTION_INTEGER,
	 .preset = "20",
	 .min = 1,
	 .max = 10000,
	 .description = "Requests that may go at once after a rest, shared by all "
					"who use the same token."},
	{.name = "requests_per_second",
	 .where = SERVER,
	 .type = PENDO_OPTION_NUMBER,
	 .preset = "10",
	 .min = 0.01,
	 .max = 10000,
	 .description =
		 "Requests a second, shared by all who use the same token.  HubSpot "
		 "allows an app 190 in 10 seconds, 100 in its Free and Starter "
		 "editions; with its burst, 10 a second are at most 120 and leave a "
		 "third to others.  For the smaller editions set 7."},
	{.name = "searches_per_second",
	 .where = SERVER,
	 .type = PENDO_OPTION_NUMBER,
	 .preset = "4",
	 .min = 0.01,
	 .max = 10000,
	 .description =
		 "Searches a second, which have a budget of their own, without a "
		 "burst.  HubSpot allows an account 5, whatever its apps."},
	{.name = "secret_file",
	 .where = MAPPING,
	 .type = PENDO_OPTION_SECRET_FILE,
	 .is_privileged = true,
	 .check = check_no_token,
	 .description = "File in pendo_fdw.secret_directory that holds the access "
					"token.  It is read at every use."},
	{.name = "write_access_token",
	 .where = MAPPING,
	 .type = PENDO_OPTION_TEXT,
	 .is_secret = true,
	 .description = "Access token with the right to write, where reading uses "
					"another."},
	{.name = "write_secret_file",
	 .where = MAPPING,
	 .type = PENDO_OPTION_SECRET_FILE,
	 .is_privileged = true,
	 .check = check_no_token,
	 .description = "File in pendo_fdw.secret_directory that holds the access "
					"token with the right to write."},
};

const PendoOptionTable hubspot_option_table = {options, lengthof(options)};
