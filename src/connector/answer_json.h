/*-------------------------------------------------------------------------
 *
 * connector/answer_json.h
 *	  A small answer as JSON, and what it has in it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_ANSWER_JSON_H
#define PENDO_ANSWER_JSON_H

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

/*
 * An answer as jsonb, which is strict about it; or NULL and in "problem" why
 * it is none, as the end of a sentence, which has to become an error.
 */
extern Jsonb *pendo_parse_answer(StringInfo body, const char **problem);

/* A member of an object; false if it is missing, or that is no object. */
extern bool
pendo_member(JsonbContainer *object, const char *name, JsonbValue *value);

/* Likewise one of this type; false if it is of another. */
extern bool pendo_typed_member(JsonbContainer *object, const char *name,
							   enum jbvType type, JsonbValue *value);

/* Likewise as text: "" if it is missing or no string. */
extern char *pendo_member_text(JsonbContainer *object, const char *name);

/* Likewise a boolean: false if it is missing or none. */
extern bool pendo_member_bool(JsonbContainer *object, const char *name);

/* Likewise an array or object: NULL if it is missing or neither. */
extern JsonbContainer *
pendo_member_container(JsonbContainer *object, const char *name);

/* The nth element of an array that is an object; NULL if it is none. */
extern JsonbContainer *pendo_element_object(JsonbContainer *array, int n);

#endif /* PENDO_ANSWER_JSON_H */
