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

/* The objects of an array, one after the other; NULL after the last. */
typedef struct PendoObjects
{
	JsonbIterator *iterator;
} PendoObjects;

extern void pendo_objects_begin(PendoObjects *objects, JsonbContainer *array);
extern JsonbContainer *pendo_objects_next(PendoObjects *objects);

/* The number that an object has as "item"; false if it has none. */
extern bool pendo_object_number(JsonbContainer *object, int64 *number);

#endif /* PENDO_DELIVER_WORK_H */
