/*-------------------------------------------------------------------------
 *
 * connector/filter.h
 *	  A condition that a remote system may run, free of PostgreSQL's nodes.
 *
 * fdw/qual.c makes filters from clauses.  They are in negation normal form:
 * AND, OR and leaves, no NOT; so wherever SQL's "unknown" and "false" are
 * told apart no further, a leaf that is unknown may be sent as false.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_FILTER_H
#define PENDO_FILTER_H

#include "access/attnum.h"
#include "nodes/pg_list.h"

/*
 * How well the remote system runs a condition.  The order matters: a
 * conjunction is as good as its worst part.
 */
typedef enum PendoPushClass
{
	PENDO_PUSH_EXACT, /* the same rows as here: not checked again */
	PENDO_PUSH_LOSSY, /* at least those rows: sent and rechecked */
	PENDO_PUSH_LOCAL  /* not sent */
} PendoPushClass;

typedef enum PendoFilterKind
{
	PENDO_FILTER_AND,
	PENDO_FILTER_OR,
	PENDO_FILTER_COMPARE, /* column op operand */
	PENDO_FILTER_ANY,	  /* column = one of the operand's elements */
	PENDO_FILTER_NONE,	  /* column <> each of the operand's elements */
	PENDO_FILTER_IS_NULL,
	PENDO_FILTER_IS_NOT_NULL
} PendoFilterKind;

typedef enum PendoCompare
{
	PENDO_EQ,
	PENDO_NE,
	PENDO_LT,
	PENDO_LE,
	PENDO_GT,
	PENDO_GE
} PendoCompare;

typedef struct PendoFilter
{
	PendoFilterKind kind;
	PendoPushClass push;  /* how well it is run; set by fdw/qual.c */
	List *children;		  /* AND, OR: of PendoFilter * */
	AttrNumber attnum;	  /* leaves */
	PendoCompare compare; /* COMPARE */
	int operand;		  /* COMPARE, ANY, NONE: index; else -1 */
} PendoFilter;

/* An operand and, while a scan runs, its value. */
typedef struct PendoOperand
{
	Oid type; /* of the value, or of the array's elements */
	bool is_array;
	bool is_known; /* false while only planning */
	bool is_null;
	Datum value;
	const char *text; /* for EXPLAIN, while it is not known */
} PendoOperand;

/* To and from a list that a plan can carry (copied and printed by it). */
extern List *pendo_filter_to_list(const PendoFilter *filter);
extern PendoFilter *pendo_filter_from_list(List *list);

#endif /* PENDO_FILTER_H */
