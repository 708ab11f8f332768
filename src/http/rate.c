/*-------------------------------------------------------------------------
 *
 * http/rate.c
 *	  What an answer's header tells of the rate that is still allowed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/rate.h"
#include "http/request.h"

/*
 * Fields in use: those of the IETF draft "RateLimit header fields for HTTP",
 * and the older X- form, where "reset" counts seconds to the window's end.
 * HubSpot's windows roll, or end at its own midnight, and it tells no end: what
 * is left bounds what may go at once.  How much others use can be told from
 * HubSpot's fields alone: the draft's do not say how long a window is, and a
 * day is too long to be counted.
 */
static const struct
{
	const char *remaining;
	const char *reset;	  /* seconds to the window's end */
	const char *limit;	  /* requests in a window, whoever sends them */
	const char *interval; /* ms that a window is long */
} fields[] = {
	{.remaining = "RateLimit-Remaining", .reset = "RateLimit-Reset"},
	{.remaining = "X-RateLimit-Remaining", .reset = "X-RateLimit-Reset"},
	{.remaining = "X-HubSpot-RateLimit-Remaining",
	 .limit = "X-HubSpot-RateLimit-Max",
	 .interval = "X-HubSpot-RateLimit-Interval-Milliseconds"},
	{.remaining = "X-HubSpot-RateLimit-Daily-Remaining"},
};

/* Salesforce's: "api-usage=10018/100000", perhaps with more behind it. */
#define USAGE_FIELD "Sforce-Limit-Info"
#define USAGE_NAME	"api-usage="

/* Some send the time of day instead: seconds since 1970, no length. */
#define LONGEST_WINDOW (24 * 60 * 60)

/* Others are heeded in windows of these lengths, ms: nobody waits for longer. */
#define SHORTEST_SHARED 1000
#define LONGEST_SHARED	(60 * 1000)

/* A whole number that is not negative, or -1. */
static int64
field_value(const PendoHttpRequest *request, const char *name)
{
	const char *text = name != NULL ? pendo_http_request_header(request, name)
									: NULL;
	char *end;
	int64 value;

	if (text == NULL)
		return -1;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (end == text || errno != 0 || value < 0)
		return -1;
	return value;
}

/* What Salesforce leaves of its day, or -1. */
static int64
usage_left(const PendoHttpRequest *request)
{
	const char *text = pendo_http_request_header(request, USAGE_FIELD);
	long long used;
	long long most;

	/* First, for there is another name that ends like it. */
	if (text == NULL || strncmp(text, USAGE_NAME, strlen(USAGE_NAME)) != 0 ||
		sscanf(text + strlen(USAGE_NAME), "%lld/%lld", &used, &most) != 2 ||
		used < 0 || most < 0)
		return -1;
	return Max(most - used, 0);
}

/* What others use, if these fields tell it. */
static void
learn_share(const PendoHttpRequest *request, PendoBudget *budget, int which,
			int64 remaining)
{
	int64 limit = field_value(request, fields[which].limit);
	int64 ms = field_value(request, fields[which].interval);
	PendoShareAnswer answer;

	if (limit <= 0 || ms < SHORTEST_SHARED || ms > LONGEST_SHARED)
		return;
	answer.limit = limit;
	answer.remaining = remaining;
	answer.interval = ms * 1000;
	answer.sent_at = request->started_at;
	pendo_throttle_share(budget, &answer);
}

void
pendo_http_learn_rate(const PendoHttpRequest *request, PendoBudget *budget)
{
	for (int i = 0; i < lengthof(fields); i++)
	{
		int64 remaining = field_value(request, fields[i].remaining);
		int64 reset = field_value(request, fields[i].reset);

		if (remaining >= 0 && reset <= LONGEST_WINDOW)
			pendo_throttle_learn(budget, remaining,
								 reset < 0 ? -1 : reset * 1000);
		if (remaining >= 0)
			learn_share(request, budget, i, remaining);
	}
	pendo_throttle_learn(budget, usage_left(request), -1);
}
