/*-------------------------------------------------------------------------
 *
 * connector/scan.h
 *	  A foreign table, tied to its remote object, and one scan of it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_SCAN_H
#define PENDO_SCAN_H

#include "access/attnum.h"
#include "connector/filter.h"
#include "connector/object.h"
#include "connector/option.h"
#include "nodes/bitmapset.h"

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
	bool is_ahead;		/* all is fetched before any of it is read */
} PendoScan;

#endif /* PENDO_SCAN_H */
