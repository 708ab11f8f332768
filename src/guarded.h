/*-------------------------------------------------------------------------
 *
 * guarded.h
 *	  A step whose failure is told to its caller and not raised.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_GUARDED_H
#define PENDO_GUARDED_H

#include "utils/elog.h"

/*
 * Do a step in a subtransaction, so that the caller's transaction stays sound:
 * NULL, or the error that ended it, in the current memory context.  A cancel,
 * shutdown or want of memory is raised all the same.
 */
extern ErrorData *pendo_guarded(void (*step)(void *arg), void *arg);

#endif /* PENDO_GUARDED_H */
