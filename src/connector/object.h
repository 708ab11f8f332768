/*-------------------------------------------------------------------------
 *
 * connector/object.h
 *	  Objects that a remote system offers as tables, and their fields.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_OBJECT_H
#define PENDO_OBJECT_H

#include "postgres_ext.h"

/* What a remote field holds, and the SQL type it has by nature. */
typedef enum PendoFieldType
{
	PENDO_FIELD_TEXT,	   /* text */
	PENDO_FIELD_INTEGER,   /* bigint */
	PENDO_FIELD_NUMBER,	   /* double precision */
	PENDO_FIELD_BOOLEAN,   /* boolean */
	PENDO_FIELD_TIME,	   /* timestamptz; ms since 1970 on the wire */
	PENDO_FIELD_DAY,	   /* date; ms of a midnight on the wire */
	PENDO_FIELD_DATE,	   /* date; of the calendar, ISO 8601 on the wire */
	PENDO_FIELD_TEXT_LIST, /* text[] */
	PENDO_FIELD_JSON	   /* jsonb */
} PendoFieldType;

#define PENDO_FIELD_TYPE_COUNT (PENDO_FIELD_JSON + 1)

/* A field that an object offers. */
typedef struct PendoField
{
	const char *name; /* as a column */
	const char *path; /* in a row; member names joined by dots */
	PendoFieldType type;
	const char *comment;
	bool is_loose; /* values of other JSON types do occur */
} PendoField;

/* An object of the remote system, offered as a table. */
typedef struct PendoObject
{
	const char *name; /* as a table */
	const char *comment;
	const PendoField *fields;
	int field_count;
	const void *detail; /* the connector's own */
} PendoObject;

/* All objects of a connector. */
typedef struct PendoObjectTable
{
	const PendoObject *objects;
	int count;
} PendoObjectTable;

extern const PendoObject *
pendo_find_object(const PendoObjectTable *table, const char *name);
extern const PendoField *
pendo_find_field(const PendoObject *object, const char *name);

/* SQL type by nature of a field type, and its name in DDL. */
extern Oid pendo_field_sql_type(PendoFieldType type);
extern const char *pendo_field_type_name(PendoFieldType type);

/* Split a "field" option at its dots (a backslash takes the next character). */
extern char **pendo_path_split(const char *field);

#endif /* PENDO_OBJECT_H */
