/*-------------------------------------------------------------------------
 *
 * test/unit/iso8601_test.c
 *	  Dates and times as strings.
 *
 * sources: src/json/iso8601.c
 *
 *-------------------------------------------------------------------------
 */
#include "json/iso8601.h"

#include <string.h>

#include "tap.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct
{
	const char *text;
	PendoIsoTime time;
} good[] = {
	{"2024-01-31", {2024, 1, 31, 0, 0, 0, 0, false, 0}},
	{"2024-02-29T15:04", {2024, 2, 29, 15, 4, 0, 0, false, 0}},
	{"2024-12-01 23:59:59", {2024, 12, 1, 23, 59, 59, 0, false, 0}},
	{"2024-01-31T15:04:05.9", {2024, 1, 31, 15, 4, 5, 900000, false, 0}},
	{"2024-01-31T15:04:05.1234567Z", {2024, 1, 31, 15, 4, 5, 123456, true, 0}},
	{"2024-01-31T15:04:05+02:30", {2024, 1, 31, 15, 4, 5, 0, true, 150}},
	{"2024-01-31T15:04:05-0700", {2024, 1, 31, 15, 4, 5, 0, true, -420}},
	{"2024-01-31T15:04-07", {2024, 1, 31, 15, 4, 0, 0, true, -420}},
	{"0001-01-01", {1, 1, 1, 0, 0, 0, 0, false, 0}},
	{"2000-02-29", {2000, 2, 29, 0, 0, 0, 0, false, 0}},
};

static const char *const bad[] = {
	"",
	"2024",
	"2024-1-31",
	"2024-01-32",
	"2023-02-29",
	"1900-02-29",
	"2024-13-01",
	"2024-00-01",
	"0000-01-01",
	"24-01-31",
	"2024-01-31T",
	"2024-01-31T24:00",
	"2024-01-31T15",
	"2024-01-31T15:60",
	"2024-01-31T15:04:60",
	"2024-01-31T15:04:05.",
	"2024-01-31T15:04:05x",
	"2024-01-31T15:04:05ZZ",
	"2024-01-31T15:04:05+",
	"2024-01-31T15:04:05+2",
	"2024-01-31T15:04:05+16:00",
	"2024-01-31T15:04:05+02:60",
	"2024-01-31T15:04:05+02:",
	" 2024-01-31",
	"2024-01-31 ",
	"2024-01-31Z",
	"31.01.2024",
	"2024/01/31",
	"-2024-01-31",
	"now",
	"2024-01-3\xd9\xa1",
};

static void
check_good(int i)
{
	PendoIsoTime time;
	bool parsed = pendo_iso_time_parse(good[i].text, strlen(good[i].text),
									   &time);

	tap_ok(parsed && memcmp(&time, &good[i].time, sizeof(time)) == 0, "%s",
		   good[i].text);
}

int
main(void)
{
	PendoIsoTime time;

	for (size_t i = 0; i < LENGTH(good); i++)
		check_good((int) i);
	for (size_t i = 0; i < LENGTH(bad); i++)
		tap_ok(!pendo_iso_time_parse(bad[i], strlen(bad[i]), &time),
			   "not a time: \"%s\"", bad[i]);
	tap_ok(pendo_iso_time_parse("2024-01-31garbage", 10, &time),
		   "reads no further than its length");
	return tap_done();
}
