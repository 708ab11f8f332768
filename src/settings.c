/*-------------------------------------------------------------------------
 *
 * settings.c
 *	  Every configuration parameter of pendo_fdw, in one place.
 *
 * What a DBA sets for the whole machine is here.  What belongs to one remote
 * system is an option of its server, and what a team tunes is a row.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>

#include "settings.h"
#include "utils/guc.h"

bool pendo_enable_pushdown = true;
char *pendo_environment = NULL;
char *pendo_http_ca_file = NULL;
int pendo_http_connect_timeout = 0;
int pendo_http_first_byte_timeout = 0;
char *pendo_http_no_proxy = NULL;
char *pendo_http_plain_hosts = NULL;
char *pendo_http_private_hosts = NULL;
char *pendo_http_proxy = NULL;
int pendo_http_stall_timeout = 0;
int pendo_max_workers = 0;
int pendo_log_retention = 0;
bool pendo_is_backfill = false;
bool pendo_paused = false;
char *pendo_secret_directory = NULL;

/* Long enough for a slow resolver and two lost packets of a handshake. */
#define DEFAULT_CONNECT_TIMEOUT (10 * 1000)

/* Pendo ends an aggregation after five minutes; hear it say so. */
#define DEFAULT_FIRST_BYTE_TIMEOUT (330 * 1000)

/* A body that gives no byte for a minute will give none. */
#define DEFAULT_STALL_TIMEOUT (60 * 1000)

#define MAX_TIMEOUT			  (24 * 60 * 60 * 1000)

/*
 * Two for pulls even while a delivery has its own: few of the
 * server's eight, by default, worker processes.
 */
#define DEFAULT_MAX_WORKERS 3

/* Three months, in minutes: the question "since when?" looks back so far. */
#define DEFAULT_LOG_RETENTION (90 * 24 * 60)

typedef struct BoolSetting
{
	const char *name;
	const char *description;
	const char *detail;
	bool *variable;
	bool boot_value;
	GucContext context;
} BoolSetting;

typedef struct IntSetting
{
	const char *name;
	const char *description;
	const char *detail;
	int *variable;
	int boot_value;
	int min_value;
	int max_value;
	GucContext context;
} IntSetting;

typedef struct TimeSetting
{
	const char *name;
	const char *description;
	const char *detail;
	int *variable;
	int boot_value;
	int max_value;
	int unit; /* GUC_UNIT_* */
	GucContext context;
} TimeSetting;

typedef struct TextSetting
{
	const char *name;
	const char *description;
	const char *detail;
	char **variable;
	GucContext context;
	int flags;
} TextSetting;

/* Each table is sorted by name. */
static const BoolSetting bool_settings[] = {
	{"pendo_fdw.enable_pushdown",
	 "Lets the remote system run conditions and narrow time ranges.",
	 "When off, all rows are fetched and every condition is checked here: "
	 "slow, for tests and for doubt.  The rows must be the same.",
	 &pendo_enable_pushdown, true, PGC_USERSET},
	{"pendo_fdw.is_backfill", "Is what is being loaded history, and no news?",
	 "Set by pulls; triggers ask pendo.is_backfill().", &pendo_is_backfill,
	 false, PGC_USERSET},
	{"pendo_fdw.paused", "Lets all pulls and deliveries of all databases rest.",
	 "What is under way ends its step; pendo.pause() does so for one database.",
	 &pendo_paused, false, PGC_SIGHUP},
};

static const IntSetting int_settings[] = {
	{"pendo_fdw.max_workers",
	 "Most background workers that pull or deliver at the same time.",
	 "Neither takes the last of two or more from the other.  0: none; pulls "
	 "run by CALL pendo.run_pull() alone, deliveries by CALL "
	 "pendo.run_delivery().  The workers need shared_preload_libraries and "
	 "count towards max_worker_processes.",
	 &pendo_max_workers, DEFAULT_MAX_WORKERS, 0, PENDO_MOST_WORKERS,
	 PGC_SIGHUP},
};

static const TimeSetting time_settings[] = {
	{"pendo_fdw.http_connect_timeout",
	 "Longest time for a name look-up, connection and TLS handshake.",
	 "The server option connect_timeout overrides it.",
	 &pendo_http_connect_timeout, DEFAULT_CONNECT_TIMEOUT, MAX_TIMEOUT,
	 GUC_UNIT_MS, PGC_USERSET},
	{"pendo_fdw.http_first_byte_timeout",
	 "Longest time from a request to the first byte of its answer.",
	 "The server option first_byte_timeout overrides it.",
	 &pendo_http_first_byte_timeout, DEFAULT_FIRST_BYTE_TIMEOUT, MAX_TIMEOUT,
	 GUC_UNIT_MS, PGC_USERSET},
	{"pendo_fdw.http_stall_timeout", "Longest pause within an answer.",
	 "The server option stall_timeout overrides it.", &pendo_http_stall_timeout,
	 DEFAULT_STALL_TIMEOUT, MAX_TIMEOUT, GUC_UNIT_MS, PGC_USERSET},
	{"pendo_fdw.log_retention", "How long the log of runs is kept.", NULL,
	 &pendo_log_retention, DEFAULT_LOG_RETENTION, INT_MAX, GUC_UNIT_MIN,
	 PGC_SIGHUP},
};

static const TextSetting text_settings[] = {
	{"pendo_fdw.environment",
	 "Which environment this server is: production, staging, ...",
	 "Nothing is delivered to a connection whose option environment is another: "
	 "a copy of this server is to have another one in its own configuration.",
	 &pendo_environment, PGC_SIGHUP, 0},
	{"pendo_fdw.http_ca_file",
	 "PEM file of the certificate authorities that are trusted.",
	 "Empty: those of the operating system.", &pendo_http_ca_file, PGC_SIGHUP,
	 GUC_SUPERUSER_ONLY},
	{"pendo_fdw.http_no_proxy",
	 "Hosts that are reached without the proxy, comma-separated.", NULL,
	 &pendo_http_no_proxy, PGC_SIGHUP, 0},
	{"pendo_fdw.http_plain_hosts",
	 "Hosts that may be reached by plain http, comma-separated.",
	 "Keys would travel unencrypted: for tests and stand-ins.",
	 &pendo_http_plain_hosts, PGC_SIGHUP, 0},
	{"pendo_fdw.http_private_hosts",
	 "Hosts whose names may resolve to private addresses, comma-separated.",
	 "All others must resolve to public ones, so that nobody can use a "
	 "server's options to explore the network behind this machine.",
	 &pendo_http_private_hosts, PGC_SIGHUP, 0},
	{"pendo_fdw.http_proxy",
	 "URL of the proxy through which remote systems are reached.",
	 "Without user and password: those belong in a user mapping.  The "
	 "environment's proxy variables are ignored.",
	 &pendo_http_proxy, PGC_SIGHUP, GUC_SUPERUSER_ONLY},
	{"pendo_fdw.secret_directory",
	 "Folder whose files hold the secrets that user mappings name.", NULL,
	 &pendo_secret_directory, PGC_SIGHUP, GUC_SUPERUSER_ONLY},
};

void
pendo_define_settings(void)
{
	for (int i = 0; i < lengthof(bool_settings); i++)
	{
		const BoolSetting *s = &bool_settings[i];

		DefineCustomBoolVariable(s->name, s->description, s->detail,
								 s->variable, s->boot_value, s->context, 0,
								 NULL, NULL, NULL);
	}
	for (int i = 0; i < lengthof(int_settings); i++)
	{
		const IntSetting *s = &int_settings[i];

		DefineCustomIntVariable(s->name, s->description, s->detail, s->variable,
								s->boot_value, s->min_value, s->max_value,
								s->context, 0, NULL, NULL, NULL);
	}
	for (int i = 0; i < lengthof(time_settings); i++)
	{
		const TimeSetting *s = &time_settings[i];

		DefineCustomIntVariable(s->name, s->description, s->detail, s->variable,
								s->boot_value, 1, s->max_value, s->context,
								s->unit, NULL, NULL, NULL);
	}
	for (int i = 0; i < lengthof(text_settings); i++)
	{
		const TextSetting *s = &text_settings[i];

		DefineCustomStringVariable(s->name, s->description, s->detail,
								   s->variable, "", s->context, s->flags, NULL,
								   NULL, NULL);
	}
	MarkGUCPrefixReserved("pendo_fdw");
}

bool
pendo_workers_are_off(void)
{
	return pendo_paused || pendo_max_workers == 0;
}
