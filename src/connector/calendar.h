/*-------------------------------------------------------------------------
 *
 * connector/calendar.h
 *	  Milliseconds since 1970, and days in a remote system's time zone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_CALENDAR_H
#define PENDO_CALENDAR_H

#include "datatype/timestamp.h"
#include "pgtime.h"
#include "utils/date.h"

/*
 * Beginning of a day, ms; within a gap at midnight, the gap's end; of two
 * midnights the first.
 */
extern int64 pendo_day_start(DateADT day, pg_tz *zone);

/*
 * A local time as ms: "clock_ms" after midnight by the clock on the wall.
 */
extern int64 pendo_local_time(DateADT day, int64 clock_ms, pg_tz *zone);

/* The day that a time is on.  Error: out of PostgreSQL's range. */
extern DateADT pendo_day_of(int64 ms, pg_tz *zone);

/* Largest ms not after, smallest not before.  Infinity is the caller's. */
extern int64 pendo_ms_floor(TimestampTz time);
extern int64 pendo_ms_ceil(TimestampTz time);

/* False when it is out of range. */
extern bool pendo_ms_to_timestamptz(int64 ms, TimestampTz *time);

/*
 * For people: "2024-03-01", or with the time where it is no midnight;
 * palloc'ed.
 */
extern char *pendo_ms_text(int64 ms, pg_tz *zone);

/*
 * Names of a few time zones in which all of these are midnights, for a hint;
 * palloc'ed, "none" if there are none.
 */
extern char *pendo_zones_with_midnight(int64 ms);

#endif /* PENDO_CALENDAR_H */
