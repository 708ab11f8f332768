/*-------------------------------------------------------------------------
 *
 * json/iso8601.c
 *	  Dates and times as strings, by ISO 8601.
 *
 * One form only, so that what a string means depends on no setting.
 *
 *-------------------------------------------------------------------------
 */
#include "json/iso8601.h"

#include <string.h>

/* What is left to read. */
typedef struct Rest
{
	const char *at;
	const char *end;
} Rest;

/* Exactly "count" digits, from "least" to "most". */
static bool
take_number(Rest *rest, int count, int least, int most, int *number)
{
	*number = 0;
	for (int i = 0; i < count; i++)
	{
		if (rest->at >= rest->end || *rest->at < '0' || *rest->at > '9')
			return false;
		*number = *number * 10 + (*rest->at++ - '0');
	}
	return *number >= least && *number <= most;
}

static bool
take_character(Rest *rest, char character)
{
	if (rest->at >= rest->end || *rest->at != character)
		return false;
	rest->at++;
	return true;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && is_leap ? 29 : days[month - 1];
}

static bool
take_date(Rest *rest, PendoIsoTime *time)
{
	return take_number(rest, 4, 1, 9999, &time->year) &&
		   take_character(rest, '-') &&
		   take_number(rest, 2, 1, 12, &time->month) &&
		   take_character(rest, '-') &&
		   take_number(rest, 2, 1, days_in_month(time->year, time->month),
					   &time->day);
}

/* One digit or more; the first six count. */
static bool
take_fraction(Rest *rest, PendoIsoTime *time)
{
	int unit = 100000;
	int digit;

	if (!take_number(rest, 1, 0, 9, &digit))
		return false;
	do
	{
		time->microsecond += digit * unit;
		unit /= 10;
	} while (take_number(rest, 1, 0, 9, &digit));
	return true;
}

static bool
take_clock(Rest *rest, PendoIsoTime *time)
{
	if (!take_number(rest, 2, 0, 23, &time->hour) ||
		!take_character(rest, ':') ||
		!take_number(rest, 2, 0, 59, &time->minute))
		return false;
	if (!take_character(rest, ':'))
		return true;
	if (!take_number(rest, 2, 0, 59, &time->second))
		return false;
	return !take_character(rest, '.') || take_fraction(rest, time);
}

static bool
take_zone(Rest *rest, PendoIsoTime *time)
{
	bool is_west;
	int hours;
	int minutes = 0;

	if (rest->at == rest->end)
		return true;
	time->has_zone = true;
	if (take_character(rest, 'Z'))
		return true;
	is_west = *rest->at == '-';
	if (!is_west && *rest->at != '+')
		return false;
	rest->at++;
	if (!take_number(rest, 2, 0, 15, &hours))
		return false;
	if (rest->at < rest->end)
	{
		(void) take_character(rest, ':');
		if (!take_number(rest, 2, 0, 59, &minutes))
			return false;
	}
	time->zone_minutes = (hours * 60 + minutes) * (is_west ? -1 : 1);
	return true;
}

bool
pendo_iso_time_parse(const char *text, size_t length, PendoIsoTime *time)
{
	Rest rest = {text, text + length};

	memset(time, 0, sizeof(*time));
	if (!take_date(&rest, time))
		return false;
	if (rest.at == rest.end)
		return true;
	return (take_character(&rest, 'T') || take_character(&rest, ' ')) &&
		   take_clock(&rest, time) && take_zone(&rest, time) &&
		   rest.at == rest.end;
}
