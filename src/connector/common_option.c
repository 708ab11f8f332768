/*-------------------------------------------------------------------------
 *
 * connector/common_option.c
 *	  Options that connectors share.
 *
 * A connector's own option of the same name goes before one of these.
 * Sorted by name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/common_option.h"

#define SERVER	PENDO_ON_SERVER
#define MAPPING PENDO_ON_MAPPING
#define TABLE	PENDO_ON_TABLE
#define COLUMN	PENDO_ON_COLUMN

#define ONE_DAY (24.0 * 60 * 60 * 1000)

static const PendoOption options[] = {
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
		 "Member of the remote rows that the column holds, names "
		 "joined by dots (metadata.agent.email).  Without it the column's "
		 "own name tells."},
	{.name = "first_byte_timeout",
	 .where = SERVER,
	 .type = PENDO_OPTION_DURATION,
	 .min = 1,
	 .max = ONE_DAY,
	 .description = "Longest time from a request to the first byte of its "
					"answer, instead of pendo_fdw.http_first_byte_timeout."},
	{.name = "http_proxy",
	 .where = SERVER,
	 .type = PENDO_OPTION_TEXT,
	 .is_privileged = true,
	 .description = "URL of the proxy, or none, instead of "
					"pendo_fdw.http_proxy."},
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
	 .description = "Requests that one scan, or the deliveries of one "
					"session, have under way at once."},
	{.name = "max_response",
	 .where = SERVER,
	 .type = PENDO_OPTION_SIZE,
	 .preset = "256MB",
	 .min = 1,
	 .max = 1e9,
	 .description = "Longest answer on the wire: of one page of a list."},
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
	{.name = "retry_delay",
	 .where = SERVER,
	 .type = PENDO_OPTION_DURATION,
	 .preset = "1s",
	 .min = 1,
	 .max = ONE_DAY,
	 .description = "Wait before the second attempt; it doubles with "
					"each further one."},
	{.name = "stall_timeout",
	 .where = SERVER,
	 .type = PENDO_OPTION_DURATION,
	 .min = 1,
	 .max = ONE_DAY,
	 .description = "Longest pause within an answer, instead of "
					"pendo_fdw.http_stall_timeout."},
};

const PendoOptionTable pendo_common_options = {options, lengthof(options)};

static const PendoOption delivery_options[] = {
	{.name = "environment",
	 .where = SERVER,
	 .type = PENDO_OPTION_TEXT,
	 .description =
		 "Name of the environment that this connection is for, such as "
		 "production.  Nothing is delivered unless pendo_fdw.environment is "
		 "the same."},
	{.name = "expected_org",
	 .where = SERVER,
	 .type = PENDO_OPTION_TEXT,
	 .description = "Id of the remote organisation.  Nothing is delivered to "
					"another one."},
};

const PendoOptionTable pendo_delivery_options = {delivery_options,
												 lengthof(delivery_options)};
