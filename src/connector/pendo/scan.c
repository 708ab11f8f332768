/*-------------------------------------------------------------------------
 *
 * connector/pendo/scan.c
 *	  A scan of Pendo: its stream of rows, and what EXPLAIN says of it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/pendo/pendo.h"
#include "connector/pendo/range.h"
#include "nodes/bitmapset.h"
#include "utils/json.h"

/*
 * How a column is asked for: an expression, and where its value then is in
 * a row.  A name that the language cannot express is read from its parent.
 */
static int
expressible_names(char **path)
{
	int count = 0;
	char *one[2] = {NULL, NULL};

	for (; path[count] != NULL; count++)
	{
		one[0] = path[count];
		if (!pendo_path_is_expression(one))
			break;
	}
	return count;
}

static char *
expression_of(char **path, int names)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < names; i++)
		appendStringInfo(&text, "%s%s", i == 0 ? "" : ".", path[i]);
	return text.data;
}

/* Place of an expression in the list, appended if it is new. */
static int
expression_index(List **expressions, char *expression)
{
	ListCell *cell;

	foreach(cell, *expressions)
	{
		if (strcmp(lfirst(cell), expression) == 0)
			return foreach_current_index(cell);
	}
	*expressions = lappend(*expressions, expression);
	return list_length(*expressions) - 1;
}

/* { "a": expression, … }: short names, for they come back with every row. */
static char *
select_stage(List *expressions)
{
	StringInfoData text;
	ListCell *cell;

	/* Not even one column is wanted: rows are only counted. */
	if (expressions == NIL)
		return "{\"n\":\"1\"}";
	initStringInfo(&text);
	foreach(cell, expressions)
	{
		appendStringInfo(&text, "%s\"c%d\":",
						 foreach_current_index(cell) == 0 ? "{" : ",",
						 foreach_current_index(cell));
		escape_json(&text, lfirst(cell));
	}
	appendStringInfoChar(&text, '}');
	return text.data;
}

/* Path of a column's value within a selected row. */
static const char **
selected_path(const PendoColumn *column, int names, int index)
{
	int rest = 0;
	const char **path;

	while (column->path[names + rest] != NULL)
		rest++;
	path = palloc0((rest + 2) * sizeof(char *));
	path[0] = psprintf("c%d", index);
	for (int i = 0; i < rest; i++)
		path[1 + i] = column->path[names + i];
	return path;
}

/*
 * What to select and where to find it.  Lists and objects of REST, and rows
 * with a first name that cannot be expressed, are read as they are.
 */
static void
plan_columns(PendoAggregation *pendo)
{
	const PendoScan *scan = pendo->scan;
	bool is_raw = pendo->table->shape == PENDO_SHAPE_REST;
	const char ***paths = palloc0(sizeof(char **) *
								  (bms_num_members(scan->columns) + 1));
	List *expressions = NIL;
	int attnum = -1;
	int count = 0;

	while ((attnum = bms_next_member(scan->columns, attnum)) >= 0)
	{
		if (expressible_names(scan->relation->columns[attnum - 1].path) == 0)
			is_raw = true;
	}
	attnum = -1;
	while ((attnum = bms_next_member(scan->columns, attnum)) >= 0)
	{
		const PendoColumn *column = &scan->relation->columns[attnum - 1];
		int names = expressible_names(column->path);

		if (is_raw)
			paths[count++] = (const char **) column->path;
		else
			paths[count++] = selected_path(
				column, names,
				expression_index(&expressions,
								 expression_of(column->path, names)));
	}
	pendo->source.paths = (const char *const *const *) paths;
	pendo->source.path_count = count;
	if (!is_raw)
		pendo->select = select_stage(expressions);
}

static const char *
time_path_of(const PendoTable *table, const PendoOptions *options)
{
	if (table->shape == PENDO_SHAPE_GROUPED)
		return pendo_option_text(options, "period");
	return table->time_path;
}

PendoAggregation *
pendo_prepare_scan(const PendoScan *scan)
{
	PendoAggregation *pendo = palloc0(sizeof(PendoAggregation));
	PendoOptions *options = scan->relation->options;
	StringInfoData filter;

	pendo->context = CurrentMemoryContext;
	pendo->scan = scan;
	pendo->table = scan->relation->object->detail;
	pendo->connection = scan->connection;
	pendo->zone = pg_tzset(pendo_option_text(options, "time_zone"));
	if (pendo->zone == NULL)
		ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
						errmsg("unknown time zone \"%s\"",
							   pendo_option_text(options, "time_zone"))));
	pendo->time_path = time_path_of(pendo->table, options);
	pendo->is_hourly = pendo->table->shape == PENDO_SHAPE_GROUPED &&
					   strcmp(pendo->time_path, "hour") == 0;
	pendo_read_window_length(pendo);
	plan_columns(pendo);
	initStringInfo(&filter);
	if (scan->pushdown)
		pendo_append_filters(&filter, scan, pendo->zone,
							 pendo_time_column(scan));
	if (filter.len > 0)
		pendo->filter = filter.data;
	return pendo;
}

PendoStream *
pendo_scan_open(MemoryContext owner, const PendoScan *scan)
{
	MemoryContext old = MemoryContextSwitchTo(owner);
	PendoAggregation *pendo = pendo_prepare_scan(scan);
	PendoOptions *options = scan->relation->options;
	PendoStreamSource *source = &pendo->source;
	PendoStream *stream;

	source->arg = pendo;
	source->request = pendo_build_request;
	source->split = pendo_split_window;
	source->describe = pendo_describe_window;
	source->rows_member = pendo->table->shape == PENDO_SHAPE_REST ? NULL
																  : "results";
	source->limits.row_bytes = (uint32_t) Min(pendo_option_integer(options,
																   "max_row"),
											  PG_INT32_MAX);
	source->spool = scan->is_ahead ||
							strcmp(pendo_option_text(options, "spool"),
								   "all") == 0
						? PENDO_SPOOL_ALL
						: PENDO_SPOOL_AUTO;
	source->object = scan->relation->name;
	stream = pendo_stream_open(owner, scan->connection, source,
							   pendo_cut_windows(pendo));
	MemoryContextSwitchTo(old);
	return stream;
}

static void
say(List **labels, List **texts, const char *label, char *text)
{
	*labels = lappend(*labels, pstrdup(label));
	*texts = lappend(*texts, text);
}

/* Known values bound the time range: the windows can be told. */
static bool
range_is_known(const PendoScan *scan, List *filters, AttrNumber time)
{
	ListCell *cell;

	foreach(cell, filters)
	{
		const PendoFilter *filter = lfirst(cell);

		if (filter->kind == PENDO_FILTER_AND &&
			!range_is_known(scan, filter->children, time))
			return false;
		if (filter->attnum == time && filter->operand >= 0 &&
			!scan->operands[filter->operand].is_known)
			return false;
	}
	return true;
}

static void
explain_range(PendoAggregation *pendo, List **labels, List **texts)
{
	List *windows;
	PendoWindow *first;
	PendoWindow *last;

	/* No error: auto_explain also asks about what was never run. */
	if (pendo_range_is_missing(pendo))
	{
		say(labels, texts, "Time Range", pstrdup("missing: a run is refused"));
		return;
	}
	windows = pendo_cut_windows(pendo);
	if (windows == NIL)
	{
		say(labels, texts, "Time Range", pstrdup("none: nothing is asked for"));
		return;
	}
	first = linitial(windows);
	last = llast(windows);
	say(labels, texts, "Time Range",
		psprintf("%s to %s", pendo_ms_text(first->start, pendo->zone),
				 pendo->is_open ? "now"
								: pendo_ms_text(last->end, pendo->zone)));
	say(labels, texts, "Windows",
		psprintf("%d of %s", list_length(windows),
				 pendo_option_text(pendo->scan->relation->options, "window")));
}

void
pendo_scan_explain(const PendoScan *scan, List **labels, List **texts)
{
	PendoAggregation *pendo = pendo_prepare_scan(scan);
	StringInfoData text;

	initStringInfo(&text);
	if (pendo->table->shape == PENDO_SHAPE_REST)
	{
		appendStringInfo(&text, "GET /api/v1/%s", pendo->table->source);
		say(labels, texts, "Request", text.data);
		return;
	}
	pendo_append_pipeline(&text, pendo, NULL);
	say(labels, texts, "Pipeline", text.data);
	if (pendo->time_path == NULL)
		return;
	if (range_is_known(scan, scan->filters, pendo_time_column(scan)))
		explain_range(pendo, labels, texts);
	else
		say(labels, texts, "Time Range", pstrdup("known when the query runs"));
}
