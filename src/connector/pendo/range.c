/*-------------------------------------------------------------------------
 *
 * connector/pendo/range.c
 *	  Comparisons of times and days as ranges of milliseconds.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "connector/pendo/pendo.h"
#include "connector/pendo/range.h"
#include "utils/array.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

/*
 * The points p and q with: x < value is x < p, and x <= value is x < q.
 * For a time that is no whole ms p and q are the same, and = is never true.
 */
typedef struct Points
{
	int64 p;
	int64 q;
} Points;

static const Points before_all = {PENDO_RANGE_MIN, PENDO_RANGE_MIN};
static const Points after_all = {PENDO_RANGE_MAX, PENDO_RANGE_MAX};

/* Beyond the range of timestamptz it is infinite, as in a comparison. */
static TimestampTz
as_timestamptz(Oid type, Datum value)
{
	int overflow;

	if (type == DATEOID)
		return date2timestamptz_opt_overflow(DatumGetDateADT(value), &overflow);
	if (type == TIMESTAMPOID)
		return timestamp2timestamptz_opt_overflow(DatumGetTimestamp(value),
												  &overflow);
	return DatumGetTimestampTz(value);
}

static Points
time_points(Oid type, Datum value)
{
	TimestampTz time = as_timestamptz(type, value);
	Points points;

	if (TIMESTAMP_IS_NOBEGIN(time))
		return before_all;
	if (TIMESTAMP_IS_NOEND(time))
		return after_all;
	points.p = pendo_ms_ceil(time);
	points.q = pendo_ms_floor(time) + 1;
	return points;
}

/*
 * How a day compares with a value: asked of the server, because a day begins
 * with a midnight of the session's zone, which may be missing or come twice.
 */
static int
compare_day(DateADT day, Oid type, Datum value)
{
	PGFunction compare = type == DATEOID		? date_cmp
						 : type == TIMESTAMPOID ? date_cmp_timestamp
												: date_cmp_timestamptz;

	return DatumGetInt32(
		DirectFunctionCall2(compare, DateADTGetDatum(day), value));
}

/* A day not later than a finite value, and not much earlier. */
static DateADT
day_before(Oid type, Datum value)
{
	if (type == DATEOID)
		return DatumGetDateADT(value);
	return (DateADT) (DatumGetTimestamp(value) / USECS_PER_DAY) - 2;
}

static Points
day_points(Oid type, Datum value, pg_tz *zone)
{
	DateADT day;
	Points points;

	if (type == DATEOID ? DATE_IS_NOBEGIN(DatumGetDateADT(value))
						: TIMESTAMP_IS_NOBEGIN(DatumGetTimestamp(value)))
		return before_all;
	if (type == DATEOID ? DATE_IS_NOEND(DatumGetDateADT(value))
						: TIMESTAMP_IS_NOEND(DatumGetTimestamp(value)))
		return after_all;
	day = day_before(type, value);
	while (compare_day(day, type, value) < 0)
		day++;
	points.p = pendo_day_start(day, zone);
	points.q = compare_day(day, type, value) == 0
				   ? pendo_day_start(day + 1, zone)
				   : points.p;
	return points;
}

PendoRange
pendo_compare_range(PendoFieldType field, PendoCompare compare, Oid type,
					Datum value, pg_tz *zone)
{
	Points points = field == PENDO_FIELD_DAY ? day_points(type, value, zone)
											 : time_points(type, value);
	PendoRange range = {PENDO_RANGE_MIN, PENDO_RANGE_MAX, false, false};

	switch (compare)
	{
		case PENDO_LT:
			range.end = points.p;
			break;
		case PENDO_LE:
			range.end = points.q;
			break;
		case PENDO_GT:
			range.start = points.q;
			break;
		case PENDO_GE:
			range.start = points.p;
			break;
		case PENDO_EQ:
			range.start = points.p;
			range.end = points.q;
			break;
		case PENDO_NE:
			/* Different from what no value can be: any value. */
			if (points.p == points.q)
				break;
			range.start = points.p;
			range.end = points.q;
			range.is_outside = true;
			return range;
	}
	range.is_empty = range.start >= range.end;
	return range;
}

bool
pendo_is_range_leaf(const PendoFilter *filter, AttrNumber time)
{
	return filter->attnum == time && filter->kind == PENDO_FILTER_COMPARE &&
		   filter->compare != PENDO_NE;
}

static PendoRange
intersect(PendoRange a, PendoRange b)
{
	a.start = Max(a.start, b.start);
	a.end = Min(a.end, b.end);
	a.is_empty = a.is_empty || b.is_empty || a.start >= a.end;
	return a;
}

/* From the least to the greatest of an array's elements. */
static PendoRange
array_hull(PendoFieldType field, const PendoOperand *operand, pg_tz *zone)
{
	PendoRange hull = {PENDO_RANGE_MAX, PENDO_RANGE_MIN, true, false};
	Datum *elements;
	bool *nulls;
	int count;
	int16 length;
	bool by_value;
	char align;

	get_typlenbyvalalign(operand->type, &length, &by_value, &align);
	deconstruct_array(DatumGetArrayTypeP(operand->value), operand->type, length,
					  by_value, align, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		PendoRange one;

		if (nulls[i])
			continue;
		one = pendo_compare_range(field, PENDO_EQ, operand->type, elements[i],
								  zone);
		if (one.is_empty)
			continue;
		hull.start = Min(hull.start, one.start);
		hull.end = Max(hull.end, one.end);
		hull.is_empty = false;
	}
	return hull;
}

static PendoRange
filter_range(const PendoScan *scan, const PendoFilter *filter, AttrNumber time,
			 pg_tz *zone)
{
	static const PendoRange all = {PENDO_RANGE_MIN, PENDO_RANGE_MAX, false,
								   false};
	static const PendoRange none = {.is_empty = true};
	const PendoColumn *column = &scan->relation->columns[time - 1];
	const PendoOperand *operand;
	PendoRange range = all;
	ListCell *cell;

	if (filter->kind == PENDO_FILTER_AND)
	{
		foreach(cell, filter->children)
			range = intersect(range,
							  filter_range(scan, lfirst(cell), time, zone));
		return range;
	}
	if (filter->attnum != time || filter->operand < 0)
		return all;
	operand = &scan->operands[filter->operand];
	if (!operand->is_known)
		return all;
	if (operand->is_null)
		return none;
	if (pendo_is_range_leaf(filter, time))
		return pendo_compare_range(column->type, filter->compare, operand->type,
								   operand->value, zone);
	if (filter->kind == PENDO_FILTER_ANY)
		return array_hull(column->type, operand, zone);
	return all;
}

PendoRange
pendo_scan_range(const PendoScan *scan, AttrNumber time, pg_tz *zone)
{
	PendoRange range = {PENDO_RANGE_MIN, PENDO_RANGE_MAX, false, false};
	ListCell *cell;

	if (time == 0)
		return range;
	foreach(cell, scan->filters)
		range = intersect(range, filter_range(scan, lfirst(cell), time, zone));
	return range;
}
