/*-------------------------------------------------------------------------
 *
 * deliver/work.h
 *	  What C reads of a delivery's work, which is a JSON object of SQL's.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_DELIVER_WORK_H
#define PENDO_DELIVER_WORK_H

#include "utils/jsonb.h"

/*
 * A work's items, none for a work that has none: their numbers, and hashes of
 * whom they are for, palloc'ed; returns how many they are.
 */
extern int pendo_work_items(Jsonb *work, int64 **items, int64 **keys);

/* The next object of an array that is gone through; NULL after the last. */
extern JsonbContainer *pendo_next_object(JsonbIterator **iterator);

/* The number that an object has as "item"; false if it has none. */
extern bool pendo_object_number(JsonbContainer *object, int64 *number);

/* For qsort() and bsearch(): numbers, or what begins with one, in order. */
extern int pendo_compare_numbers(const void *a, const void *b);

#endif /* PENDO_DELIVER_WORK_H */
