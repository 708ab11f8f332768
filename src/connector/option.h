/*-------------------------------------------------------------------------
 *
 * connector/option.h
 *	  Options of servers, user mappings, tables and columns, as data.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_OPTION_H
#define PENDO_OPTION_H

#include "nodes/pg_list.h"

/* Where an option may stand; a bit each. */
#define PENDO_ON_SERVER	 0x01
#define PENDO_ON_MAPPING 0x02
#define PENDO_ON_TABLE	 0x04
#define PENDO_ON_COLUMN	 0x08

typedef enum PendoOptionType
{
	PENDO_OPTION_TEXT,
	PENDO_OPTION_CHOICE,   /* one of choices */
	PENDO_OPTION_INTEGER,  /* min to max */
	PENDO_OPTION_NUMBER,   /* min to max */
	PENDO_OPTION_DURATION, /* ms; "10s", "5min"; min to max */
	PENDO_OPTION_SIZE,	   /* bytes; "64MB" */
	PENDO_OPTION_URL,	   /* https://host[:port], or http if allowed */
	PENDO_OPTION_ZONE,	   /* IANA time zone name */
	PENDO_OPTION_DATE,
	PENDO_OPTION_SECRET_FILE /* plain file name */
} PendoOptionType;

typedef struct PendoOption
{
	const char *name;
	int where; /* PENDO_ON_… bits */
	PendoOptionType type;
	const char *preset; /* default, as text; NULL: none */
	double min;
	double max;
	const char *choices; /* comma-separated */
	bool is_required;
	bool is_secret;		/* its value never appears in a message */
	bool is_privileged; /* only a superuser may set it */
	/* Raises an error if the value is not good; NULL: the type's check only. */
	void (*check)(const char *name, const char *value);
	const char *description; /* a sentence, for the docs */
} PendoOption;

/* All options of a connector, sorted by name. */
typedef struct PendoOptionTable
{
	const PendoOption *options;
	int count;
} PendoOptionTable;

/* Options that were set, over the table of what exists. */
typedef struct PendoOptions
{
	const PendoOptionTable *table;
	const char **values; /* by position in the table; NULL: not set */
} PendoOptions;

extern PendoOptions *pendo_options_create(const PendoOptionTable *table);

/* Take over a list of DefElem; later calls override earlier ones. */
extern void pendo_options_merge(PendoOptions *options, List *defelems);

/* Value, or the default, or NULL. */
extern const char *
pendo_option_text(const PendoOptions *options, const char *name);
extern int64
pendo_option_integer(const PendoOptions *options, const char *name);
extern double
pendo_option_number(const PendoOptions *options, const char *name);

/* Check one value by its definition; errors name the option, never a secret. */
extern void pendo_option_check(const PendoOption *option, const char *value);

extern const PendoOption *
pendo_option_find(const PendoOptionTable *table, const char *name, int where);

/* What a value looks like, in words, with its range. */
extern char *pendo_option_form(const PendoOption *option);

/* All options of one place, for hints: "a, b, c". */
extern char *pendo_option_names(const PendoOptionTable *table, int where);

/* The name nearest to a misspelt one, or NULL if none is near. */
extern const char *pendo_option_nearest(const PendoOptionTable *table,
										int where, const char *name);

#endif /* PENDO_OPTION_H */
