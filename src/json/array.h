/*-------------------------------------------------------------------------
 *
 * json/array.h
 *	  Elements of a JSON array that the reader has given out as a slice.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_JSON_ARRAY_H
#define PENDO_JSON_ARRAY_H

#include "json/reader.h"

/* Where a walk through an array stands. */
typedef struct PendoJsonArray
{
	const char *at;
	const char *end;
} PendoJsonArray;

/* Begin with a value of kind PENDO_JSON_ARRAY, whose grammar was checked. */
extern PendoJsonArray pendo_json_array_begin(const PendoJsonValue *array);

/* The next element; false at the end. */
extern bool
pendo_json_array_next(PendoJsonArray *array, PendoJsonValue *element);

#endif /* PENDO_JSON_ARRAY_H */
