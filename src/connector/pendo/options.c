/*-------------------------------------------------------------------------
 *
 * connector/pendo/options.c
 *	  Options of Pendo's servers, user mappings, tables and columns.
 *
 * This table drives validation, IMPORT FOREIGN SCHEMA and the reference page.
 * Sorted by name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/pendo/pendo.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#define SERVER	PENDO_ON_SERVER
#define MAPPING PENDO_ON_MAPPING
#define TABLE	PENDO_ON_TABLE
#define COLUMN	PENDO_ON_COLUMN

#define ONE_DAY (24.0 * 60 * 60 * 1000)

/*
 * "*", filters of Pendo's expandAppIds() joined by "|", or ids joined by
 * commas.
 */
static void
check_apps(const char *name, const char *value)
{
	static const char *const kinds[] = {"*",	  "web", "extension",
										"mobile", "ios", "android"};
	bool by_id = strspn(value, "0123456789-, ") == strlen(value);
	char *copy = pstrdup(value);
	char *rest = NULL;
	int count = 0;

	for (char *part = strtok_r(copy, by_id ? ", " : "|", &rest); part != NULL;
		 part = strtok_r(NULL, by_id ? ", " : "|", &rest))
	{
		bool good = false;
		char *end;

		count++;
		if (by_id)
		{
			errno = 0;
			(void) strtoll(part, &end, 10);
			good = *end == '\0' && errno == 0;
		}
		for (int i = 0; !by_id && i < lengthof(kinds); i++)
			good = good || strcmp(part, kinds[i]) == 0;
		if (!good)
			count = -1000000;
	}
	if (count <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				 errmsg("invalid value for option \"%s\": \"%s\"", name, value),
				 errhint("Use *, or web, extension, mobile, ios and android "
						 "joined by |, or the ids of applications joined by "
						 "commas.")));
}

/* Whole days or whole hours, more than nothing. */
static void
check_window(const char *name, const char *value)
{
	Interval *interval;

	interval = DatumGetIntervalP(
		DirectFunctionCall3(interval_in, CStringGetDatum(value),
							ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	if (interval->month != 0 || interval->day < 0 || interval->time < 0 ||
		(interval->day > 0) == (interval->time > 0) ||
		interval->time % USECS_PER_HOUR != 0 || interval->day > 3660)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				 errmsg("invalid value for option \"%s\": \"%s\"", name, value),
				 errhint("Use whole days or whole hours, such as 1 day, "
						 "7 days or 6 hours.")));
}

static const PendoOption options[] = {
	{.name = "apps",
	 .where = SERVER | TABLE,
	 .type = PENDO_OPTION_TEXT,
	 .preset = "*",
	 .check = check_apps,
	 .description =
		 "Applications to read: * for all, web, extension, "
		 "mobile, ios and android joined by |, or ids joined by commas."},
	{.name = "base_url",
	 .where = SERVER,
	 .type = PENDO_OPTION_URL,
	 .preset = "https://app.pendo.io",
	 .description = "Pendo's address for the subscription's region: "
					"https://app.pendo.io, https://app.eu.pendo.io, "
					"https://us1.app.pendo.io, https://app.jpn.pendo.io or "
					"https://app.au.pendo.io."},
	{.name = "ca_file",
	 .where = SERVER,
	 .type = PENDO_OPTION_TEXT,
	 .is_privileged = true,
	 .description = "PEM file of the certificate authorities to trust, "
					"instead of pendo_fdw.http_ca_file."},
	{.name = "connect_timeout",
	 .where = SERVER,
	 .type = PENDO_OPTION_DURATION,
	 .min = 1,
	 .max = ONE_DAY,
	 .description = "Longest time for name look-up, connection and TLS "
					"handshake, instead of pendo_fdw.http_connect_timeout."},
	{.name = "field",
	 .where = COLUMN,
	 .type = PENDO_OPTION_TEXT,
	 .description =
		 "Member of Pendo's rows that the column holds, names "
		 "joined by dots (metadata.agent.email).  Without it the column's "
		 "own name tells."},
	{.name = "first_byte_timeout",
	 .where = SERVER,
	 .type = PENDO_OPTION_DURATION,
	 .min = 1,
	 .max = ONE_DAY,
	 .description = "Longest time from a request to the first byte of its "
					"answer, instead of pendo_fdw.http_first_byte_timeout."},
	{.name = "history_start",
	 .where = SERVER | TABLE,
	 .type = PENDO_OPTION_DATE,
	 .description =
		 "First day that a query of an event table covers when "
		 "its own conditions name none.  Without it such a query is an error."},
	{.name = "http_proxy",
	 .where = SERVER,
	 .type = PENDO_OPTION_TEXT,
	 .is_privileged = true,
	 .description = "URL of the proxy, or none, instead of "
					"pendo_fdw.http_proxy."},
	{.name = "integration_key",
	 .where = MAPPING,
	 .type = PENDO_OPTION_TEXT,
	 .is_secret = true,
	 .description = "Pendo integration key.  Better kept in a file: see "
					"secret_file."},
	{.name = "ip_family",
	 .where = SERVER,
	 .type = PENDO_OPTION_CHOICE,
	 .preset = "any",
	 .choices = "any,ipv4,ipv6",
	 .description = "Which addresses of a host are used."},
	{.name = "max_attempts",
	 .where = SERVER,
	 .type = PENDO_OPTION_INTEGER,
	 .preset = "5",
	 .min = 1,
	 .max = 100,
	 .description = "How often a request is tried before its failure is "
					"an error."},
	{.name = "max_requests",
	 .where = SERVER,
	 .type = PENDO_OPTION_INTEGER,
	 .preset = "4",
	 .min = 1,
	 .max = 32,
	 .description = "Requests that one scan has under way at once."},
	{.name = "max_response",
	 .where = SERVER,
	 .type = PENDO_OPTION_SIZE,
	 .preset = "4GB",
	 .min = 1,
	 .max = 1e9,
	 .description = "Longest answer on the wire; a longer one is asked "
					"for in smaller windows.  Pendo itself ends at 4 GB."},
	{.name = "max_retry_delay",
	 .where = SERVER,
	 .type = PENDO_OPTION_DURATION,
	 .preset = "60s",
	 .min = 1,
	 .max = ONE_DAY,
	 .description = "Longest wait before a request is tried again; a "
					"longer Retry-After is an error that tells when."},
	{.name = "max_row",
	 .where = SERVER,
	 .type = PENDO_OPTION_SIZE,
	 .preset = "64MB",
	 .min = 1,
	 .max = 1000000,
	 .description = "Longest text of one row."},
	{.name = "no_proxy",
	 .where = SERVER,
	 .type = PENDO_OPTION_TEXT,
	 .is_privileged = true,
	 .description = "Hosts reached without the proxy, joined by commas, "
					"instead of pendo_fdw.http_no_proxy."},
	{.name = "object",
	 .where = TABLE,
	 .type = PENDO_OPTION_TEXT,
	 .is_required = true,
	 .description = "What the table shows: the name of a table of the "
					"reference, such as visitor or feature_event."},
	{.name = "on_bad_value",
	 .where = SERVER | TABLE,
	 .type = PENDO_OPTION_CHOICE,
	 .preset = "error",
	 .choices = "error,null",
	 .description =
		 "What to do with a value that does not fit its "
		 "column's type: an error, or NULL (EXPLAIN ANALYZE counts them).  Types "
		 "that only their own input functions read, such as numeric, uuid and "
		 "those with a length, always raise their error."},
	{.name = "period",
	 .where = TABLE,
	 .type = PENDO_OPTION_CHOICE,
	 .preset = "day",
	 .choices = "day,hour",
	 .description =
		 "Grain of event, page_event, feature_event and "
		 "track_event: one row for each day, or for each hour.  Other tables "
		 "have none."},
	{.name = "proxy_password",
	 .where = MAPPING,
	 .type = PENDO_OPTION_TEXT,
	 .is_secret = true,
	 .description = "Password for the proxy."},
	{.name = "proxy_password_file",
	 .where = MAPPING,
	 .type = PENDO_OPTION_SECRET_FILE,
	 .is_privileged = true,
	 .description = "File in pendo_fdw.secret_directory with the password "
					"for the proxy."},
	{.name = "proxy_user",
	 .where = MAPPING,
	 .type = PENDO_OPTION_TEXT,
	 .description = "User name for the proxy."},
	{.name = "request_burst",
	 .where = SERVER,
	 .type = PENDO_OPTION_INTEGER,
	 .preset = "10",
	 .min = 1,
	 .max = 10000,
	 .description = "Requests that may go at once after a rest, shared by "
					"all who use the same key."},
	{.name = "requests_per_second",
	 .where = SERVER,
	 .type = PENDO_OPTION_NUMBER,
	 .preset = "6",
	 .min = 0.01,
	 .max = 10000,
	 .description =
		 "Requests a second, shared by all who use the same "
		 "key.  Pendo publishes no limit; 6 is what large users run with."},
	{.name = "retry_delay",
	 .where = SERVER,
	 .type = PENDO_OPTION_DURATION,
	 .preset = "1s",
	 .min = 1,
	 .max = ONE_DAY,
	 .description = "Wait before the second attempt; it doubles with "
					"each further one."},
	{.name = "secret_file",
	 .where = MAPPING,
	 .type = PENDO_OPTION_SECRET_FILE,
	 .is_privileged = true,
	 .description = "File in pendo_fdw.secret_directory that holds the "
					"integration key.  It is read at every use."},
	{.name = "spool",
	 .where = SERVER | TABLE,
	 .type = PENDO_OPTION_CHOICE,
	 .preset = "auto",
	 .choices = "auto,all",
	 .description =
		 "auto: rows of one window leave while it arrives; "
		 "all: only those of windows received in full, so that every failure "
		 "of the network can be tried again."},
	{.name = "stall_timeout",
	 .where = SERVER,
	 .type = PENDO_OPTION_DURATION,
	 .min = 1,
	 .max = ONE_DAY,
	 .description = "Longest pause within an answer, instead of "
					"pendo_fdw.http_stall_timeout."},
	{.name = "time_zone",
	 .where = SERVER,
	 .type = PENDO_OPTION_ZONE,
	 .is_required = true,
	 .description =
		 "Time zone of the subscription: Pendo's days are days "
		 "in it.  No API tells it; Pendo shows it under Settings, Subscription "
		 "settings."},
	{.name = "window",
	 .where = SERVER | TABLE,
	 .type = PENDO_OPTION_TEXT,
	 .preset = "1 day",
	 .check = check_window,
	 .description = "Length of the time range that one request asks for: "
					"whole days or whole hours."},
	{.name = "write_integration_key",
	 .where = MAPPING,
	 .type = PENDO_OPTION_TEXT,
	 .is_secret = true,
	 .description = "Integration key with the right to write, where "
					"reading uses another."},
	{.name = "write_secret_file",
	 .where = MAPPING,
	 .type = PENDO_OPTION_SECRET_FILE,
	 .is_privileged = true,
	 .description = "File in pendo_fdw.secret_directory that holds the "
					"integration key with the right to write."},
};

const PendoOptionTable pendo_option_table = {options, lengthof(options)};
