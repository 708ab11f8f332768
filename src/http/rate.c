/*-------------------------------------------------------------------------
 *
 * http/rate.c
 *	  What an answer's header tells of the rate that is still allowed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/rate.h"

/*
 * Fields in use: those of the IETF draft "RateLimit header fields for HTTP",
 * and the older X- form, whose second one counts seconds to the window's end.
 * HubSpot's windows roll, or end at its own midnight, and it tells no length:
 * what is left bounds what may go at once.
 */
static const struct
{
	const char *remaining;
	const char *reset;
} fields[] = {
	{"RateLimit-Remaining", "RateLimit-Reset"},
	{"X-RateLimit-Remaining", "X-RateLimit-Reset"},
	{"X-HubSpot-RateLimit-Remaining", NULL},
	{"X-HubSpot-RateLimit-Daily-Remaining", NULL},
};

/* Salesforce's: "api-usage=10018/100000", perhaps with more behind it. */
#define USAGE_FIELD "Sforce-Limit-Info"
#define USAGE_NAME	"api-usage="

/* Some send the time of day instead: seconds since 1970, no length. */
#define LONGEST_WINDOW (24 * 60 * 60)

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
	}
	pendo_throttle_learn(budget, usage_left(request), -1);
}
