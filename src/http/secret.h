/*-------------------------------------------------------------------------
 *
 * http/secret.h
 *	  Secrets kept in files of pendo_fdw.secret_directory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_SECRET_H
#define PENDO_HTTP_SECRET_H

/*
 * Is this a plain file name ([A-Za-z0-9][A-Za-z0-9._-]*, no path)?  The
 * option validator asks.
 */
extern bool pendo_secret_name_is_valid(const char *name);

/*
 * Read the secret in that file, at every use, so that it can be rotated
 * without SQL.  One trailing newline is dropped.  Errors: no directory set, no
 * such file, unsafe permissions (group or others may write, others may read),
 * not a regular file, empty, longer than 64 kB, control characters within.
 * palloc'ed; give it to pendo_secret_forget() after use.
 */
extern char *pendo_secret_read(const char *name);

/* Overwrite and free; NULL is allowed. */
extern void pendo_secret_forget(char *secret);

#endif /* PENDO_HTTP_SECRET_H */
