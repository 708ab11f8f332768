/*-------------------------------------------------------------------------
 *
 * connector/pendo/pendo.h
 *	  What the files of the Pendo connector share.
 *
 *	  options.c		options of servers, mappings and tables
 *	  objects.c		the objects that Pendo offers, as data
 *	  metadata.c	fields that a subscription defined itself
 *	  expression.c	conditions in Pendo's expression language
 *	  window.c		a scan cut into windows, a window halved
 *	  pipeline.c	the aggregation pipeline of a window
 *	  fingerprint.c	what tells whether a window changed
 *	  scan.c		a scan's stream, and what EXPLAIN says of it
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_PENDO_H
#define PENDO_PENDO_H

#include "connector/calendar.h"
#include "connector/connection.h"
#include "connector/connector.h"
#include "datatype/timestamp.h"
#include "lib/stringinfo.h"
#include "pgtime.h"
#include "utils/date.h"

/* Pendo's name for the header that carries an integration key. */
#define PENDO_KEY_HEADER	   "x-pendo-integration-key"

#define PENDO_AGGREGATION_PATH "/api/v1/aggregation"

/* What one row of an object is, which decides how it is asked for. */
typedef enum PendoShape
{
	PENDO_SHAPE_ENTITY,	 /* a thing; no time range */
	PENDO_SHAPE_GROUPED, /* events of one bucket; day or hour */
	PENDO_SHAPE_SINGLE,	 /* one event */
	PENDO_SHAPE_REST	 /* a REST list */
} PendoShape;

typedef struct PendoTable
{
	PendoShape shape;
	const char *source;		   /* aggregation source, or path of the list */
	const char *params;		   /* members of the source's parameters: JSON */
	bool takes_apps;		   /* the source knows appId */
	const char *stages;		   /* stages behind the source: JSON, or NULL */
	const char *time_path;	   /* SINGLE: member with the event's time */
	const char *id_path;	   /* member whose ranges can split a window */
	const char *metadata_kind; /* "visitor" or "account", or NULL */
} PendoTable;

/* One condition on the ids of a window. */
typedef struct PendoIdBound
{
	const char *pivot;
	bool is_upper; /* below the pivot or null, else from it on */
} PendoIdBound;

/* One request's share of a scan. */
typedef struct PendoWindow
{
	int64 start;		 /* ms, inclusive; both 0 without a time range */
	int64 end;			 /* ms, exclusive */
	List *apps;			 /* of char *: application ids; NIL: the option's */
	List *other_apps;	 /* of char *: but not these, other windows have them */
	List *id_bounds;	 /* of PendoIdBound *: all of them hold */
	const char *id_from; /* the highest lower one in the order of bytes */
	const char *id_before; /* the lowest upper one; NULL: none */
} PendoWindow;

/* A scan of Pendo, behind the stream's callbacks. */
typedef struct PendoAggregation
{
	MemoryContext context; /* of the scan */
	const PendoScan *scan;
	const PendoTable *table;
	PendoConnection *connection;
	pg_tz *zone;
	bool is_hourly;
	const char *time_path; /* member that carries the time, or NULL */
	bool is_open;		   /* its range ends with the present */
	char *filter;		   /* of all windows, or NULL */
	char *select;		   /* the select stage, or NULL */
	List *apps;			   /* every application's id, once asked for */
	bool apps_known;
	int64 window_days; /* length of a window; one of the two is 0 */
	int64 window_hours;
	PendoStreamSource source;
} PendoAggregation;

/* options.c, objects.c */
extern const PendoOptionTable pendo_option_table;
extern const PendoObjectTable pendo_object_table;
extern bool pendo_in_grain(const PendoTable *table, const PendoField *field,
						   const char *period);
extern bool
pendo_has_field(const PendoRelation *relation, const PendoField *field);

/* metadata.c */
extern List *
pendo_offer(PendoConnection *connection, const char *period, List *only);

/* expression.c */
extern PendoPushClass
pendo_classify(const PendoRelation *relation, const PendoFilter *leaf,
			   const PendoOperand *value);
extern bool pendo_path_is_expression(char **path);
extern void pendo_append_path(StringInfo into, char **path);
extern void pendo_append_string(StringInfo into, const char *text);
extern bool pendo_string_is_expressible(const char *text);

/*
 * Append filters joined by &&, leaving out those that only narrow the time
 * range (the leaves on column "time", 0 for none, at the top).  Operands that
 * are not known are shown as $n.
 */
extern void pendo_append_filters(StringInfo into, const PendoScan *scan,
								 pg_tz *zone, AttrNumber time);

/* window.c */
extern void pendo_read_window_length(PendoAggregation *pendo);
extern bool pendo_range_is_missing(const PendoAggregation *pendo);
extern List *pendo_cut_windows(PendoAggregation *pendo);
extern List *pendo_split_window(void *arg, const void *window);
extern char *pendo_describe_window(void *arg, const void *window);
extern AttrNumber pendo_time_column(const PendoScan *scan);

/* pipeline.c */
extern void pendo_append_pipeline(StringInfo into, PendoAggregation *pendo,
								  const PendoWindow *window);
extern const char *
pendo_build_request(void *arg, const void *window, PendoHttpSpec *spec);

/* All of a GET, or of an aggregation, but its address and key. */
extern void
pendo_get_spec(const PendoConnection *connection, PendoHttpSpec *spec);
extern List *pendo_fetch_apps(PendoAggregation *pendo);
extern void pendo_aggregation_spec(const PendoConnection *connection,
								   const char *pipeline, PendoHttpSpec *spec);

/* fingerprint.c, scan.c */
extern char *pendo_fingerprint(const PendoScan *scan);
extern PendoAggregation *pendo_prepare_scan(const PendoScan *scan);
extern PendoStream *pendo_scan_open(MemoryContext owner, const PendoScan *scan);
extern void
pendo_scan_explain(const PendoScan *scan, List **labels, List **texts);

#endif /* PENDO_PENDO_H */
