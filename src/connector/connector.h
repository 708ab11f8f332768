/*-------------------------------------------------------------------------
 *
 * connector/connector.h
 *	  The one interface between the foreign data wrapper and a remote system.
 *
 * A connector is data (its options, the objects and fields it offers) and a
 * few functions (what of a condition the remote can run, how a scan is cut
 * into requests).  fdw/ knows PostgreSQL's planner and executor and no remote
 * system; a connector knows its remote system and nothing of plans.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_CONNECTOR_H
#define PENDO_CONNECTOR_H

#include "access/attnum.h"
#include "connector/filter.h"
#include "connector/option.h"
#include "connector/stream.h"
#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"

/* What a remote field holds, and the SQL type it has by nature. */
typedef enum PendoFieldType
{
	PENDO_FIELD_TEXT,	   /* text */
	PENDO_FIELD_INTEGER,   /* bigint */
	PENDO_FIELD_NUMBER,	   /* double precision */
	PENDO_FIELD_BOOLEAN,   /* boolean */
	PENDO_FIELD_TIME,	   /* timestamptz; ms since 1970 on the wire */
	PENDO_FIELD_DAY,	   /* date; ms of a midnight on the wire */
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

/* A column of a foreign table, resolved. */
typedef struct PendoColumn
{
	AttrNumber attnum; /* 0: dropped or unknown */
	const char *name;
	Oid sql_type;
	int32 typmod;
	PendoFieldType type;
	bool is_loose;
	char **path; /* member names, NULL-terminated */
} PendoColumn;

/* A foreign table, resolved. */
typedef struct PendoRelation
{
	Oid relid;
	const char *name;
	const struct PendoConnector *connector;
	const PendoObject *object;
	PendoOptions *options; /* of server and table, the table's win */
	int column_count;
	PendoColumn *columns; /* by attnum - 1 */
} PendoRelation;

/* One scan. */
typedef struct PendoScan
{
	const PendoRelation *relation;
	struct PendoConnection *connection;
	bool pushdown;				  /* false: fetch everything */
	List *filters;				  /* of PendoFilter *, all must hold */
	const PendoOperand *operands; /* values of the filters' operands */
	int operand_count;
	Bitmapset *columns; /* attnums to fetch */
} PendoScan;

/* A table to be offered by IMPORT FOREIGN SCHEMA; strings are palloc'ed. */
typedef struct PendoOfferedColumn
{
	char *name;
	PendoFieldType type;
	char *field; /* column option "field", NULL if by name */
	char *comment;
} PendoOfferedColumn;

typedef struct PendoOfferedTable
{
	const PendoObject *object;
	const char *period; /* table option "period", NULL if it has none */
	List *columns;		/* of PendoOfferedColumn * */
} PendoOfferedTable;

typedef struct PendoConnector
{
	const char *name;		/* of the foreign-data wrapper, by default */
	const char *key_header; /* header that carries the key */
	const PendoOptionTable *options;
	const PendoObjectTable *objects;

	/*
	 * Tables to offer, those of "only" if it is not NIL (names), with grain
	 * "period".  Asks the remote system for fields that its administrator
	 * defined; without a connection it leaves those out.
	 */
	List *(*offer)(struct PendoConnection *connection, const char *period,
				   List *only);

	/* Is this field part of this table, with this period? */
	bool (*has_field)(const PendoRelation *relation, const PendoField *field);

	/*
	 * How well the remote runs one comparison; "value" is NULL unless the
	 * operand is a constant.
	 */
	PendoPushClass (*classify)(const PendoRelation *relation,
							   const PendoFilter *leaf,
							   const PendoOperand *value);

	/*
	 * Cut the scan into requests and open the stream of its rows, whose
	 * values are those of scan->columns in ascending order.
	 */
	PendoStream *(*scan_open)(MemoryContext owner, const PendoScan *scan);

	/* What is sent, for EXPLAIN: label and text by turns; operands as $n. */
	void (*explain)(const PendoScan *scan, List **labels, List **texts);
} PendoConnector;

extern const PendoConnector pendo_connector_pendo;

/* Connector of a foreign-data wrapper, by the handler's validator. */
extern const PendoConnector *pendo_connector_by_name(const char *name);

extern const PendoObject *
pendo_find_object(const PendoConnector *connector, const char *name);
extern const PendoField *
pendo_find_field(const PendoObject *object, const char *name);

/* SQL type by nature of a field type, and its name in DDL. */
extern Oid pendo_field_sql_type(PendoFieldType type);
extern const char *pendo_field_type_name(PendoFieldType type);

/* Split a "field" option at its dots (a backslash takes the next character). */
extern char **pendo_path_split(const char *field);

#endif /* PENDO_CONNECTOR_H */
