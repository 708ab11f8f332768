/*-------------------------------------------------------------------------
 *
 * json/iso8601.h
 *	  Dates and times as strings, by ISO 8601.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_JSON_ISO8601_H
#define PENDO_JSON_ISO8601_H

#include <stdbool.h>
#include <stddef.h>

/* A date and time as written; without a zone it is local somewhere. */
typedef struct PendoIsoTime
{
	int year; /* 1 to 9999 */
	int month;
	int day;
	int hour; /* 0 to 23 */
	int minute;
	int second;		 /* 0 to 59; a leap second is not known */
	int microsecond; /* further digits are cut */
	bool has_zone;
	int zone_minutes; /* east of Greenwich */
} PendoIsoTime;

/*
 * Read 2024-01-31, 2024-01-31T15:04, …:05, …:05.999, with T or a blank, and
 * behind a time Z, +02, +0200 or +02:00.  False for anything else, also for
 * the 30th of February.
 */
extern bool
pendo_iso_time_parse(const char *text, size_t length, PendoIsoTime *time);

#endif /* PENDO_JSON_ISO8601_H */
