/*-------------------------------------------------------------------------
 *
 * http/clock.h
 *	  A clock that never jumps and that all processes of a machine share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_CLOCK_H
#define PENDO_HTTP_CLOCK_H

#include <time.h>

/* Microseconds since some moment before this machine's processes began. */
static inline int64
pendo_monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

#endif /* PENDO_HTTP_CLOCK_H */
