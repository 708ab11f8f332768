/*-------------------------------------------------------------------------
 *
 * connector/pendo/range.h
 *	  Comparisons of times and days as ranges of milliseconds.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_RANGE_H
#define PENDO_RANGE_H

#include "connector/connector.h"
#include "pgtime.h"

#define PENDO_RANGE_MIN PG_INT64_MIN
#define PENDO_RANGE_MAX PG_INT64_MAX

/* start <= x < end; or the other way round, if is_outside. */
typedef struct PendoRange
{
	int64 start;
	int64 end;
	bool is_empty;
	bool is_outside;
} PendoRange;

/*
 * Milliseconds x for which "x compare value" holds, where x is the value of
 * a TIME or DAY field and "value" is a date, timestamp or timestamptz.  As in
 * SQL, a timestamp or date beside a timestamptz is in the session's zone.
 */
extern PendoRange
pendo_compare_range(PendoFieldType field, PendoCompare compare, Oid type,
					Datum value, pg_tz *zone);

/*
 * Does this filter only narrow the range of column "time"?  Such a one is
 * covered by the windows and not sent again.
 */
extern bool pendo_is_range_leaf(const PendoFilter *filter, AttrNumber time);

/* The narrowest range that the scan's filters leave to column "time". */
extern PendoRange
pendo_scan_range(const PendoScan *scan, AttrNumber time, pg_tz *zone);

#endif /* PENDO_RANGE_H */
