/*-------------------------------------------------------------------------
 *
 * connector/calendar.c
 *	  Days and hours in the subscription's time zone.
 *
 * Pendo counts milliseconds since 1970 (UTC); its days are those of the
 * subscription.  PostgreSQL counts microseconds since 2000.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/int.h"
#include "connector/calendar.h"
#include "lib/stringinfo.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#define MS_PER_SEC	 INT64CONST(1000)
#define USECS_PER_MS INT64CONST(1000)

/* From 1970 to 2000, in ms. */
#define EPOCH_DIFF_MS \
	((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY * \
	 MS_PER_SEC)

/*
 * A local time as ms: so long after midnight by the clock on the wall.  One
 * within a gap is taken as if the clock had not been changed yet.
 */
int64
pendo_local_time(DateADT day, int64 clock_ms, pg_tz *zone)
{
	struct pg_tm tm;
	int64 seconds = clock_ms / MS_PER_SEC;
	int offset;

	memset(&tm, 0, sizeof(tm));
	j2date(day + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	tm.tm_hour = seconds / SECS_PER_HOUR;
	tm.tm_min = seconds / SECS_PER_MINUTE % MINS_PER_HOUR;
	tm.tm_sec = seconds % SECS_PER_MINUTE;
	offset = DetermineTimeZoneOffset(&tm, zone);
	return (int64) day * SECS_PER_DAY * MS_PER_SEC + EPOCH_DIFF_MS + clock_ms +
		   (int64) offset * MS_PER_SEC;
}

/*
 * Where clocks go back over midnight, as in Havana and the Azores, midnight
 * comes twice and the day begins with the first; the server takes the second.
 */
int64
pendo_day_start(DateADT day, pg_tz *zone)
{
	int64 start = pendo_local_time(day, 0, zone);
	pg_time_t evening = start / MS_PER_SEC - 12 * SECS_PER_HOUR;
	struct pg_tm *before = pg_localtime(&evening, zone);
	int64 first;

	if (before == NULL)
		return start;
	first = (int64) day * SECS_PER_DAY * MS_PER_SEC + EPOCH_DIFF_MS -
			before->tm_gmtoff * MS_PER_SEC;
	return first < start && pendo_day_of(first, zone) == day ? first : start;
}

DateADT
pendo_day_of(int64 ms, pg_tz *zone)
{
	pg_time_t seconds = ms / MS_PER_SEC - (ms % MS_PER_SEC < 0 ? 1 : 0);
	struct pg_tm *tm = pg_localtime(&seconds, zone);

	if (tm == NULL)
		ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
						errmsg("timestamp out of range")));
	return date2j(tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday) -
		   POSTGRES_EPOCH_JDATE;
}

/* Largest ms not after, smallest not before.  Infinity is the caller's. */
int64
pendo_ms_floor(TimestampTz time)
{
	int64 ms = time / USECS_PER_MS;

	if (time % USECS_PER_MS < 0)
		ms--;
	return ms + EPOCH_DIFF_MS;
}

int64
pendo_ms_ceil(TimestampTz time)
{
	int64 ms = time / USECS_PER_MS;

	if (time % USECS_PER_MS > 0)
		ms++;
	return ms + EPOCH_DIFF_MS;
}

bool
pendo_ms_to_timestamptz(int64 ms, TimestampTz *time)
{
	int64 since_2000;

	if (pg_sub_s64_overflow(ms, EPOCH_DIFF_MS, &since_2000) ||
		pg_mul_s64_overflow(since_2000, USECS_PER_MS, time))
		return false;
	return IS_VALID_TIMESTAMP(*time);
}

/* For people: "2024-03-01", or with the time where it is no midnight. */
char *
pendo_ms_text(int64 ms, pg_tz *zone)
{
	pg_time_t seconds = ms / MS_PER_SEC - (ms % MS_PER_SEC < 0 ? 1 : 0);
	struct pg_tm *tm = pg_localtime(&seconds, zone);

	if (tm == NULL)
		return psprintf(INT64_FORMAT, ms);
	if (tm->tm_hour == 0 && tm->tm_min == 0 && tm->tm_sec == 0)
		return psprintf("%04d-%02d-%02d", tm->tm_year + 1900, tm->tm_mon + 1,
						tm->tm_mday);
	return psprintf("%04d-%02d-%02d %02d:%02d:%02d", tm->tm_year + 1900,
					tm->tm_mon + 1, tm->tm_mday, tm->tm_hour, tm->tm_min,
					tm->tm_sec);
}

/* Enough to see a pattern; there are about 600 zones. */
#define MAX_ZONES_NAMED 8

char *
pendo_zones_with_midnight(int64 ms)
{
	StringInfoData names;
	pg_tzenum *all = pg_tzenumerate_start();
	pg_tz *zone;
	int count = 0;

	initStringInfo(&names);
	while ((zone = pg_tzenumerate_next(all)) != NULL)
	{
		const char *name = pg_get_timezone_name(zone);

		/* Regions say more to people than abbreviations. */
		if (strchr(name, '/') == NULL || strncmp(name, "Etc/", 4) == 0 ||
			strncmp(name, "posix/", 6) == 0 ||
			strncmp(name, "right/", 6) == 0 || !pg_tz_acceptable(zone) ||
			pendo_day_start(pendo_day_of(ms, zone), zone) != ms)
			continue;
		if (++count <= MAX_ZONES_NAMED)
			appendStringInfo(&names, "%s%s", count > 1 ? ", " : "", name);
	}
	pg_tzenumerate_end(all);
	if (count > MAX_ZONES_NAMED)
		appendStringInfo(&names, " and %d more", count - MAX_ZONES_NAMED);
	return count > 0 ? names.data : pstrdup("none");
}
