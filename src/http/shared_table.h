/*-------------------------------------------------------------------------
 *
 * http/shared_table.h
 *	  Tables in shared memory that the first process to ask for them makes.
 *
 * shared_preload_libraries is not needed: without it a table comes out of what
 * the server leaves unreserved.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_SHARED_TABLE_H
#define PENDO_HTTP_SHARED_TABLE_H

#include "http/keyed_hash.h"
#include "storage/lwlock.h"

/* What each of them begins with. */
typedef struct PendoTableHead
{
	LWLock lock;						/* guards all that follows */
	uint8 salt[PENDO_KEYED_HASH_BYTES]; /* constant; nobody else knows it */
} PendoTableHead;

/*
 * Attach to the table of this name, or make it: a head, and zeros up to its
 * size.  "tranche" names its lock, and is kept.
 */
extern void *
pendo_shared_table(const char *name, Size size, const char *tranche);

#endif /* PENDO_HTTP_SHARED_TABLE_H */
