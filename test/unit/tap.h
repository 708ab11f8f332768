/*-------------------------------------------------------------------------
 *
 * test/unit/tap.h
 *	  The Test Anything Protocol, for one program of one file.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_TAP_H
#define PENDO_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_count;
static int tap_failures;

/* One test; returns whether it passed, so that a failure can be explained. */
__attribute__((format(printf, 2, 3))) static inline bool
tap_ok(bool passed, const char *name, ...)
{
	va_list args;

	tap_count++;
	if (!passed)
		tap_failures++;
	printf("%sok %d - ", passed ? "" : "not ", tap_count);
	va_start(args, name);
	vprintf(name, args);
	va_end(args);
	printf("\n");
	return passed;
}

/* The plan, which comes last here; the program's exit status. */
static inline int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failures > 0;
}

#endif /* PENDO_TAP_H */
