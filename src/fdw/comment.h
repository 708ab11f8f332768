/*-------------------------------------------------------------------------
 *
 * fdw/comment.h
 *	  Comments on the tables that IMPORT FOREIGN SCHEMA makes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_COMMENT_H
#define PENDO_COMMENT_H

#include "connector/connector.h"

/*
 * Comment these tables (PendoOfferedTable *) of a schema when the present
 * command ends.  Called while an import runs, in its memory context.
 */
extern void pendo_remember_comments(const char *schema, List *tables);

#endif /* PENDO_COMMENT_H */
