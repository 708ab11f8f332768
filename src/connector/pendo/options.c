/*-------------------------------------------------------------------------
 *
 * connector/pendo/options.c
 *	  Options of Pendo's servers, user mappings, tables and columns.
 *
 * This table, joined with the common ones, drives validation, IMPORT FOREIGN
 * SCHEMA and the reference page.  Sorted by name.
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
	{.name = "history_start",
	 .where = SERVER | TABLE,
	 .type = PENDO_OPTION_DATE,
	 .description =
		 "First day that a query of an event table covers when "
		 "its own conditions name none.  Without it such a query is an error."},
	{.name = "integration_key",
	 .where = MAPPING,
	 .type = PENDO_OPTION_TEXT,
	 .is_secret = true,
	 .description = "Pendo integration key.  Better kept in a file: see "
					"secret_file."},
	{.name = "max_response",
	 .where = SERVER,
	 .type = PENDO_OPTION_SIZE,
	 .preset = "4GB",
	 .min = 1,
	 .max = 1e9,
	 .description = "Longest answer on the wire; a longer one is asked "
					"for in smaller windows.  Pendo itself ends at 4 GB."},
	{.name = "period",
	 .where = TABLE,
	 .type = PENDO_OPTION_CHOICE,
	 .preset = "day",
	 .choices = "day,hour",
	 .description =
		 "Grain of event, page_event, feature_event and "
		 "track_event: one row for each day, or for each hour.  Other tables "
		 "have none."},
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
