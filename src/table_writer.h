/*-------------------------------------------------------------------------
 *
 * table_writer.h
 *	  Rows into a table, many at once, as COPY writes them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_TABLE_WRITER_H
#define PENDO_TABLE_WRITER_H

#include "access/attnum.h"
#include "utils/rel.h"

typedef struct PendoTableWriter PendoTableWriter;

/*
 * Begin to write rows of these columns to a table, which the caller has opened
 * and locked; the others become NULL.  NULL, and nothing done, if that table
 * wants an ordinary INSERT: it has triggers, rules, generated columns or other
 * columns with a default, or is not the caller's to write to.
 *
 * A table that "is ours", of the extension: the rows are such as its policies
 * let the caller write, and have numbers for an identity column.
 */
extern PendoTableWriter *
pendo_table_writer_begin(Relation target, const char *const *names, int count,
						 bool is_ours);

/* Write a row some time before the end; it is copied. */
extern void pendo_table_writer_put(PendoTableWriter *writer,
								   const Datum *values, const bool *nulls);

/* Write what was put. */
extern void pendo_table_writer_flush(PendoTableWriter *writer);

/* The same, and the end; returns how many rows there were. */
extern uint64 pendo_table_writer_end(PendoTableWriter *writer);

/* A column's number; an error if there is none of that name. */
extern AttrNumber pendo_table_column(Relation table, const char *name);

#endif /* PENDO_TABLE_WRITER_H */
