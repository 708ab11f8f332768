/*-------------------------------------------------------------------------
 *
 * connector/option.c
 *	  Options as data: looked up, checked and read by their definitions.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "commands/defrem.h"
#include "compat.h"
#include "connector/option.h"
#include "http/secret.h"
#include "json/iso8601.h"
#include "lib/stringinfo.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/varlena.h"

const PendoOption *
pendo_option_find(const PendoOptionTable *table, const char *name, int where)
{
	for (int i = 0; i < table->count; i++)
	{
		if ((table->options[i].where & where) != 0 &&
			strcmp(table->options[i].name, name) == 0)
			return &table->options[i];
	}
	return NULL;
}

char *
pendo_option_form(const PendoOption *option)
{
	static const char *const words[] = {
		[PENDO_OPTION_TEXT] = "text",
		[PENDO_OPTION_CHOICE] = "choice",
		[PENDO_OPTION_INTEGER] = "whole number",
		[PENDO_OPTION_NUMBER] = "number",
		[PENDO_OPTION_DURATION] = "duration",
		[PENDO_OPTION_SIZE] = "size",
		[PENDO_OPTION_URL] = "https://host[:port]",
		[PENDO_OPTION_ZONE] = "time zone",
		[PENDO_OPTION_DATE] = "date (2024-01-31)",
		[PENDO_OPTION_SECRET_FILE] = "name of a file",
	};

	if (option->min >= option->max)
		return pstrdup(words[option->type]);
	return psprintf("%s, %.15g to %.15g%s", words[option->type], option->min,
					option->max,
					option->type == PENDO_OPTION_DURATION ? " ms"
					: option->type == PENDO_OPTION_SIZE	  ? " kB"
														  : "");
}

char *
pendo_option_names(const PendoOptionTable *table, int where)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < table->count; i++)
	{
		if ((table->options[i].where & where) != 0)
			appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
							 table->options[i].name);
	}
	return names.data;
}

const char *
pendo_option_nearest(const PendoOptionTable *table, int where, const char *name)
{
	const char *nearest = NULL;
	int least = Max(2, (int) strlen(name) / 3) + 1;

	/* The server's own limit of varstr_levenshtein(). */
	if (strlen(name) > 255)
		return NULL;
	for (int i = 0; i < table->count; i++)
	{
		int distance;

		if ((table->options[i].where & where) == 0)
			continue;
		distance = varstr_levenshtein(name, strlen(name),
									  table->options[i].name,
									  strlen(table->options[i].name), 1, 1, 1,
									  true);
		if (distance < least)
		{
			least = distance;
			nearest = table->options[i].name;
		}
	}
	return nearest;
}

/*
 * A bad value: says what would be good, and what was given unless secret.
 */
pg_noreturn static void
bad_value(const PendoOption *option, const char *value, const char *wanted)
{
	ereport(ERROR,
			(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
			 option->is_secret
				 ? errmsg("invalid value for option \"%s\"", option->name)
				 : errmsg("invalid value for option \"%s\": \"%s\"",
						  option->name, value),
			 errhint("%s", wanted)));
}

static bool
choice_is_valid(const char *choices, const char *value)
{
	size_t length = strlen(value);

	for (const char *c = choices; c != NULL; c = strchr(c, ','))
	{
		if (*c == ',')
			c++;
		if (strncmp(c, value, length) == 0 &&
			(c[length] == ',' || c[length] == '\0'))
			return length > 0;
	}
	return false;
}

static double
number_value(const PendoOption *option, const char *value)
{
	char *end;
	double number;

	errno = 0;
	number = strtod(value, &end);
	if (end == value || *end != '\0' || errno != 0 || isnan(number) ||
		number < option->min || number > option->max)
		bad_value(option, value,
				  psprintf("A number from %g to %g is expected.", option->min,
						   option->max));
	return number;
}

/* In the unit's base: ms or bytes. */
static int64
unit_value(const PendoOption *option, const char *value)
{
	bool is_time = option->type == PENDO_OPTION_DURATION;
	const char *problem = NULL;
	int result;

	/* Sizes are counted in kB, so that more than 2 GB fit into an int. */
	if (!parse_int(value, &result, is_time ? GUC_UNIT_MS : GUC_UNIT_KB,
				   &problem))
		bad_value(option, value,
				  problem	? problem
				  : is_time ? "A duration such as 10s or 5min is expected."
							: "A size such as 64MB is expected.");
	if ((double) result < option->min || (double) result > option->max)
		bad_value(option, value,
				  psprintf("It has to be from %.0f to %.0f %s.", option->min,
						   option->max, is_time ? "ms" : "kB"));
	return is_time ? (int64) result : (int64) result * 1024;
}

/* https://host[:port], nothing behind; plain http is checked when used. */
static void
check_url(const PendoOption *option, const char *value)
{
	const char *rest;

	if (strncmp(value, "https://", 8) == 0)
		rest = value + 8;
	else if (strncmp(value, "http://", 7) == 0)
		rest = value + 7;
	else
		rest = "";
	if (*rest == '\0' || strpbrk(rest, "/?#@ \t\r\n\\") != NULL)
		bad_value(option, value,
				  "A URL of the form https://host or "
				  "https://host:port is expected, without a path or user.");
}

static void
check_date(const PendoOption *option, const char *value)
{
	PendoIsoTime time;

	/* One form only: what it means must not depend on DateStyle. */
	if (strlen(value) != 10 || !pendo_iso_time_parse(value, 10, &time) ||
		time.year < 2000)
		bad_value(option, value, "A date of the form 2024-01-31 is expected.");
}

static void
check_zone(const PendoOption *option, const char *value)
{
	pg_tz *zone = pg_tzset(value);

	if (zone == NULL || !pg_tz_acceptable(zone))
		bad_value(
			option, value,
			"The name of a time zone such as "
			"America/New_York is expected; pg_timezone_names lists them.");
}

void
pendo_option_check(const PendoOption *option, const char *value)
{
	switch (option->type)
	{
		case PENDO_OPTION_TEXT:
			if (*value == '\0')
				bad_value(option, value, "It must not be empty.");
			break;
		case PENDO_OPTION_CHOICE:
			if (!choice_is_valid(option->choices, value))
				bad_value(option, value,
						  psprintf("One of these is expected: %s.",
								   option->choices));
			break;
		case PENDO_OPTION_INTEGER:
			if (number_value(option, value) !=
				rint(number_value(option, value)))
				bad_value(option, value, "A whole number is expected.");
			break;
		case PENDO_OPTION_NUMBER:
			number_value(option, value);
			break;
		case PENDO_OPTION_DURATION:
		case PENDO_OPTION_SIZE:
			unit_value(option, value);
			break;
		case PENDO_OPTION_URL:
			check_url(option, value);
			break;
		case PENDO_OPTION_ZONE:
			check_zone(option, value);
			break;
		case PENDO_OPTION_DATE:
			check_date(option, value);
			break;
		case PENDO_OPTION_SECRET_FILE:
			if (!pendo_secret_name_is_valid(value))
				bad_value(option, value,
						  "The plain name of a file in "
						  "pendo_fdw.secret_directory is expected, no path.");
			break;
	}
	if (option->check != NULL)
		option->check(option->name, value);
}

PendoOptions *
pendo_options_create(const PendoOptionTable *table)
{
	PendoOptions *options = palloc0(sizeof(PendoOptions));

	options->table = table;
	options->values = palloc0(table->count * sizeof(char *));
	return options;
}

static int
option_index(const PendoOptions *options, const char *name)
{
	for (int i = 0; i < options->table->count; i++)
	{
		if (strcmp(options->table->options[i].name, name) == 0)
			return i;
	}
	return -1;
}

void
pendo_options_merge(PendoOptions *options, List *defelems)
{
	ListCell *cell;

	foreach(cell, defelems)
	{
		DefElem *def = lfirst_node(DefElem, cell);
		int i = option_index(options, def->defname);

		/* An option of an older version that is no more is passed over. */
		if (i >= 0)
			options->values[i] = defGetString(def);
	}
}

const char *
pendo_option_text(const PendoOptions *options, const char *name)
{
	int i = option_index(options, name);

	if (i < 0)
		elog(ERROR, "unknown option \"%s\"", name);
	return options->values[i] ? options->values[i]
							  : options->table->options[i].preset;
}

double
pendo_option_number(const PendoOptions *options, const char *name)
{
	const char *text = pendo_option_text(options, name);

	if (text == NULL)
		return 0;
	return number_value(&options->table->options[option_index(options, name)],
						text);
}

int64
pendo_option_integer(const PendoOptions *options, const char *name)
{
	const char *text = pendo_option_text(options, name);
	const PendoOption *option;

	if (text == NULL)
		return 0;
	option = &options->table->options[option_index(options, name)];
	if (option->type == PENDO_OPTION_INTEGER)
		return (int64) number_value(option, text);
	return unit_value(option, text);
}
