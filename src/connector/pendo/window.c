/*-------------------------------------------------------------------------
 *
 * connector/pendo/window.c
 *	  A scan cut into windows, and a window that was too much halved.
 *
 * A window is a range of time; when that cannot be halved any more, a part
 * of the applications; and then a range of ids.  Ranges of ids need no known
 * order of strings: whatever it is, "< pivot" and ">= pivot" divide the ids.
 * Pivots are chosen by their bytes, so in the remote system's order a later
 * one may lie outside of what earlier ones left: all of them stay in force.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/pendo/pendo.h"
#include "connector/pendo/range.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#define MS_PER_HOUR INT64CONST(3600000)
#define MS_PER_DAY	(24 * MS_PER_HOUR)

/* Pendo was founded in 2013: no event is older. */
#define FIRST_EVENT_MS INT64CONST(1356998400000)

/* An event's window is not halved below this. */
#define LEAST_WINDOW_MS (60 * INT64CONST(1000))

/* Ids are told apart by their first characters, up to this many. */
#define LONGEST_PIVOT 8

static int64
now_ms(void)
{
	return pendo_ms_ceil(GetCurrentTimestamp());
}

/*
 * The column that carries an event's time, 0 if the table has none.
 */
AttrNumber
pendo_time_column(const PendoScan *scan)
{
	const PendoRelation *relation = scan->relation;
	const PendoTable *table = relation->object->detail;
	const char *time_path = table->time_path;

	if (table->shape == PENDO_SHAPE_GROUPED)
		time_path = pendo_option_text(relation->options, "period");
	if (time_path == NULL)
		return 0;
	for (int i = 0; i < relation->column_count; i++)
	{
		const PendoColumn *column = &relation->columns[i];

		if (column->attnum != 0 && column->path[1] == NULL &&
			strcmp(column->path[0], time_path) == 0 &&
			column->sql_type == pendo_field_sql_type(column->type))
			return column->attnum;
	}
	return 0;
}

void
pendo_read_window_length(PendoAggregation *pendo)
{
	const char *text = pendo_option_text(pendo->scan->relation->options,
										 "window");
	Interval *length;

	length = DatumGetIntervalP(
		DirectFunctionCall3(interval_in, CStringGetDatum(text),
							ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	pendo->window_days = length->day;
	pendo->window_hours = length->time / USECS_PER_HOUR;
}

/* history_start, or an error that tells what to add. */
static int64
history_start(const PendoAggregation *pendo)
{
	const PendoRelation *relation = pendo->scan->relation;
	const char *text = pendo_option_text(relation->options, "history_start");

	if (text == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_DYNAMIC_PARAMETER_VALUE_NEEDED),
				 errmsg("a query of \"%s\" needs a time range", relation->name),
				 errdetail("It has no lower bound for \"%s\", and neither "
						   "the table nor its server has the option "
						   "history_start.",
						   pendo->time_path),
				 strcmp(pendo->time_path, "day") == 0
					 ? errhint(
						   "Add a condition such as day >= current_date - 7, "
						   "or set history_start.")
					 : errhint("Add a condition such as %s >= now() - interval "
							   "'7 days', or set history_start.",
							   strcmp(pendo->time_path, "hour") == 0
								   ? "hour"
								   : "browser_time")));
	return pendo_day_start(DatumGetDateADT(
							   DirectFunctionCall1(date_in,
												   CStringGetDatum(text))),
						   pendo->zone);
}

/* Does a run of the scan end with history_start()'s error? */
bool
pendo_range_is_missing(const PendoAggregation *pendo)
{
	const PendoScan *scan = pendo->scan;
	PendoRange range = pendo_scan_range(scan, pendo_time_column(scan),
										pendo->zone);

	return range.start == PENDO_RANGE_MIN && !range.is_empty &&
		   pendo_option_text(scan->relation->options, "history_start") == NULL;
}

/*
 * The scan's range, bounded on both sides.  Sets is_open if it ends with the
 * present.
 */
static PendoRange
bounded_range(PendoAggregation *pendo)
{
	const PendoScan *scan = pendo->scan;
	bool has_history = pendo_option_text(scan->relation->options,
										 "history_start") != NULL;
	PendoRange range = {PENDO_RANGE_MIN, PENDO_RANGE_MAX, false, false};
	PendoRange asked = pendo_scan_range(scan, pendo_time_column(scan),
										pendo->zone);
	int64 now = now_ms();

	/*
	 * Without pushdown everything is read, if it is known what that is; and
	 * what is asked for may begin before history_start.
	 */
	if (scan->pushdown || !has_history)
		range = asked;
	else if (asked.start != PENDO_RANGE_MIN)
		range.start = Min(asked.start, history_start(pendo));
	pendo->is_open = false;
	if (range.is_empty)
		return range;
	if (range.start == PENDO_RANGE_MIN)
		range.start = history_start(pendo);
	range.start = Max(range.start, FIRST_EVENT_MS);

	/* Pendo's clock may be ahead of ours, but not by a day. */
	if (range.end > now + MS_PER_DAY)
	{
		range.end = now + 1;
		pendo->is_open = true;
	}
	if (range.start >= range.end)
		range.is_empty = !pendo->is_open || range.start >= now + MS_PER_DAY;
	return range;
}

static PendoWindow *
make_window(const PendoWindow *like, int64 start, int64 end)
{
	PendoWindow *window = palloc0(sizeof(PendoWindow));

	if (like != NULL)
		*window = *like;
	window->start = start;
	window->end = end;
	return window;
}

/* Where the window that begins at "start" ends, before it meets the range's. */
static int64
window_end(const PendoAggregation *pendo, int64 start)
{
	if (pendo->window_days > 0)
		return pendo_day_start(pendo_day_of(start, pendo->zone) +
								   pendo->window_days,
							   pendo->zone);
	return start + pendo->window_hours * MS_PER_HOUR;
}

/*
 * Windows of the scan's length, cut at midnights of the subscription; newest
 * last.  NIL if no row can be.
 */
List *
pendo_cut_windows(PendoAggregation *pendo)
{
	List *windows = NIL;
	PendoWindow *last = NULL;
	PendoRange range;

	if (pendo->time_path == NULL)
		return list_make1(make_window(NULL, 0, 0));
	range = bounded_range(pendo);
	if (range.is_empty)
		return NIL;

	/* A bucket that holds the start of hours of work is whole. */
	for (int64 start = range.start; last == NULL || start < range.end;)
	{
		int64 end = Min(window_end(pendo, start), range.end);

		last = make_window(NULL, start, Max(end, start + 1));
		windows = lappend(windows, last);
		start = last->end;
	}
	if (pendo->is_open)
		last->end = Max(last->end, now_ms()) + MS_PER_DAY;
	return windows;
}

/* A point in time between two, fit for the table's grain; 0 if there is none. */
static int64
middle(const PendoAggregation *pendo, int64 start, int64 end)
{
	bool is_grouped = pendo->table->shape == PENDO_SHAPE_GROUPED;
	int64 point = start + (end - start) / 2;

	if (is_grouped && !pendo->is_hourly)
		point = pendo_day_start(pendo_day_of(point, pendo->zone), pendo->zone);
	else if (is_grouped)
		point -= (point - start) % MS_PER_HOUR;
	else if (end - start < 2 * LEAST_WINDOW_MS)
		return 0;
	return point > start && point < end ? point : 0;
}

/* Applications that a window covers, as far as they are known. */
static List *
apps_of_window(PendoAggregation *pendo, const PendoWindow *window)
{
	List *apps = NIL;
	ListCell *cell;
	ListCell *other;

	if (window->apps != NIL)
		return window->apps;
	foreach(cell, pendo_fetch_apps(pendo))
	{
		bool is_other = false;

		foreach(other, window->other_apps)
			is_other = is_other || strcmp(lfirst(cell), lfirst(other)) == 0;
		if (!is_other)
			apps = lappend(apps, lfirst(cell));
	}
	return apps;
}

/*
 * Some applications here, all others there: also those that Pendo has events
 * of and does not list.
 */
static List *
split_apps(PendoAggregation *pendo, const PendoWindow *window)
{
	List *apps;
	List *some;
	PendoWindow *low;
	PendoWindow *high;

	if (!pendo->table->takes_apps)
		return NIL;
	apps = apps_of_window(pendo, window);
	if (list_length(apps) < (window->apps != NIL ? 2 : 1))
		return NIL;
	some = list_truncate(list_copy(apps), (list_length(apps) + 1) / 2);
	low = make_window(window, window->start, window->end);
	high = make_window(window, window->start, window->end);
	low->apps = some;
	low->other_apps = NIL;
	if (window->apps != NIL)
		high->apps = list_copy_tail(apps, list_length(some));
	else
		high->other_apps = list_concat_copy(window->other_apps, some);
	return list_make2(low, high);
}

/* Character of an id at a place, or what stands for its end. */
static int
character_at(const char *id, int place, int otherwise)
{
	if (id == NULL || place >= (int) strlen(id))
		return otherwise;
	return (unsigned char) id[place];
}

/*
 * A string between two ids in the order of bytes; NULL when they are too
 * close.  Any string would be right: this one divides well.
 */
static char *
pivot_between(const char *from, const char *before)
{
	char pivot[LONGEST_PIVOT + 1];
	bool is_below = before == NULL;

	for (int i = 0; i < LONGEST_PIVOT; i++)
	{
		int low = character_at(from, i, ' ');
		int high = is_below ? '~' + 1 : character_at(before, i, ' ');

		if (high - low > 1)
		{
			pivot[i] = (char) (low + (high - low) / 2);
			pivot[i + 1] = '\0';
			return pstrdup(pivot);
		}
		/* Go on behind the lower one; it has room up to the end. */
		if (high > low)
			is_below = true;
		pivot[i] = (char) low;
	}
	return NULL;
}

static void
add_bound(PendoWindow *window, const char *pivot, bool is_upper)
{
	PendoIdBound *bound = palloc(sizeof(PendoIdBound));

	bound->pivot = pivot;
	bound->is_upper = is_upper;
	window->id_bounds = lappend(list_copy(window->id_bounds), bound);
	if (is_upper)
		window->id_before = pivot;
	else
		window->id_from = pivot;
}

static List *
split_ids(const PendoAggregation *pendo, const PendoWindow *window)
{
	PendoWindow *low;
	PendoWindow *high;
	char *pivot;

	if (pendo->table->id_path == NULL)
		return NIL;
	pivot = pivot_between(window->id_from, window->id_before);
	if (pivot == NULL)
		return NIL;
	low = make_window(window, window->start, window->end);
	high = make_window(window, window->start, window->end);
	add_bound(low, pivot, true);
	add_bound(high, pivot, false);
	return list_make2(low, high);
}

List *
pendo_split_window(void *arg, const void *opaque)
{
	PendoAggregation *pendo = arg;
	const PendoWindow *window = opaque;
	int64 point = 0;
	List *parts;

	if (pendo->table->shape == PENDO_SHAPE_REST)
		return NIL;
	if (pendo->time_path != NULL)
		point = middle(pendo, window->start, window->end);
	if (point != 0)
		return list_make2(make_window(window, window->start, point),
						  make_window(window, point, window->end));
	parts = split_apps(pendo, window);
	return parts != NIL ? parts : split_ids(pendo, window);
}

char *
pendo_describe_window(void *arg, const void *opaque)
{
	const PendoAggregation *pendo = arg;
	const PendoWindow *window = opaque;
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	if (pendo->time_path != NULL)
		appendStringInfo(&text, "%s to %s",
						 pendo_ms_text(window->start, pendo->zone),
						 pendo_ms_text(window->end, pendo->zone));
	else
		appendStringInfoString(&text, "all");
	foreach(cell, window->other_apps)
		appendStringInfo(&text, "%s%s",
						 foreach_current_index(cell) == 0
							 ? ", applications other than "
							 : " ",
						 (char *) lfirst(cell));
	foreach(cell, window->apps)
		appendStringInfo(&text, "%s%s",
						 foreach_current_index(cell) == 0 ? ", applications "
														  : " ",
						 (char *) lfirst(cell));
	if (window->id_from != NULL)
		appendStringInfo(&text, ", %s from \"%s\"", pendo->table->id_path,
						 window->id_from);
	if (window->id_before != NULL)
		appendStringInfo(&text, ", %s before \"%s\"", pendo->table->id_path,
						 window->id_before);
	return text.data;
}
