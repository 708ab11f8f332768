/*-------------------------------------------------------------------------
 *
 * connector/offer.h
 *	  Putting together what IMPORT FOREIGN SCHEMA is offered.
 *
 * A remote field that is not part of an object by nature becomes a column of
 * the name that is wanted for it: ASCII letters in lower case, anything but
 * letters, digits and bytes above 127 as an underscore, cut to 63 bytes at a
 * character.  If a name is taken, _2, _3, … is put at its end.  The column's
 * option "field" has the name as the remote system knows it, and that is what
 * ties the two.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_OFFER_H
#define PENDO_OFFER_H

#include "connector/connector.h"
#include "lib/stringinfo.h"
#include "utils/jsonb.h"

/* Leave room below PostgreSQL's 1600 for columns that a team adds. */
#define PENDO_OFFER_COLUMNS 1400

/* A table without columns yet.  All of this is palloc'ed. */
extern PendoOfferedTable *pendo_offer_table(const PendoObject *object);

/* Append a column for a field that the object has by nature. */
extern void
pendo_offer_field(PendoOfferedTable *table, const PendoField *field);

/*
 * Append a column for a field that it has not.  "path" is as the option
 * "field" has it.
 */
extern void
pendo_offer_other(PendoOfferedTable *table, const char *wanted,
				  PendoFieldType type, const char *path, char *comment);

/* Is the object among those names?  NIL: all are. */
extern bool pendo_offer_is_wanted(const PendoObject *object, List *only);

/* Append a name to a path, each dot and backslash within it escaped. */
extern void pendo_append_path_name(StringInfo path, const char *name);

/*
 * An answer as jsonb, which is strict about it; or NULL and in "problem" why
 * it is none, as the end of a sentence, which has to become an error.
 */
extern Jsonb *pendo_parse_answer(const StringInfo body, const char **problem);

/* A member of an object, as text: "" if it is missing or no string. */
extern char *pendo_member_text(JsonbContainer *object, const char *name);

/* Likewise a boolean: false if it is missing or none. */
extern bool pendo_member_bool(JsonbContainer *object, const char *name);

/* Likewise an array or object: NULL if it is missing or neither. */
extern JsonbContainer *
pendo_member_container(JsonbContainer *object, const char *name);

/* The nth element of an array that is an object; NULL if it is none. */
extern JsonbContainer *pendo_element_object(JsonbContainer *array, int n);

#endif /* PENDO_OFFER_H */
