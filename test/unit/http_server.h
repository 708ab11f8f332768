/*-------------------------------------------------------------------------
 *
 * test/unit/http_server.h
 *	  The little of the server that src/http needs to run without it.
 *
 * Memory comes from malloc and is freed by the process's end, as a memory
 * context would be; so leaks are not looked for.  An error ends the program.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_SERVER_H
#define PENDO_HTTP_SERVER_H

#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/memutils.h"

MemoryContext CurrentMemoryContext = NULL;

const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

void *
MemoryContextAlloc(MemoryContext context, Size size)
{
	return malloc(size);
}

void *
MemoryContextAllocZero(MemoryContext context, Size size)
{
	return calloc(1, size);
}

void *
MemoryContextAllocExtended(MemoryContext context, Size size, int flags)
{
	return malloc(size);
}

int
GetDatabaseEncoding(void)
{
	return PG_UTF8;
}

bool
errstart(int elevel, const char *domain)
{
	return true;
}

bool
errstart_cold(int elevel, const char *domain)
{
	return true;
}

void
errfinish(const char *filename, int lineno, const char *funcname)
{
	fprintf(stderr, "error raised at %s:%d\n", filename, lineno);
	abort();
}

int
errcode(int sqlerrcode)
{
	return 0;
}

int
errmsg(const char *fmt, ...)
{
	return 0;
}

int
errmsg_internal(const char *fmt, ...)
{
	return 0;
}

#endif /* PENDO_HTTP_SERVER_H */
