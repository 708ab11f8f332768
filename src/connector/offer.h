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

#endif /* PENDO_OFFER_H */
