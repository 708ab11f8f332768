/*-------------------------------------------------------------------------
 *
 * test/fuzz/json_oracle.h
 *	  A second, plain opinion on what a JSON document holds.
 *
 * Shares nothing with the reader but the result types of json/reader.h: it has
 * the whole document at once, recurses, builds a tree of each row, and looks
 * at one byte at a time with its index compared to the length.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_JSON_ORACLE_H
#define PENDO_JSON_ORACLE_H

#include "json/reader.h"

/* A value found, as offsets into the document. */
typedef struct OracleValue
{
	PendoJsonKind kind;
	size_t start;
	size_t length;
} OracleValue;

/* A value with all that is in it. */
typedef struct OracleTree
{
	PendoJsonKind kind;
	size_t start; /* as OracleValue */
	size_t length;
	char *name; /* of a member, unescaped; NULL if it is no text */
	size_t name_length;
	struct OracleTree *first; /* members or elements */
	struct OracleTree *next;
} OracleTree;

typedef struct Oracle
{
	/* in */
	const char *text;
	size_t length;
	const PendoJsonSpec *spec; /* fill is not used */
	PendoJsonLimits limits;	   /* those that hold, no zeros */

	/* out */
	OracleValue *values; /* path_count a row */
	size_t row_count;
	PendoJsonError error;
	size_t offset; /* of the error */

	/* its own */
	size_t at;
	size_t depth;
	size_t row_room;
} Oracle;

/* Reads it all; rows before an error are kept. */
extern void oracle_read(Oracle *oracle);
extern void oracle_free(Oracle *oracle);

/*
 * The whole document as one value, of any kind; NULL, with the error, if it is
 * none.  Uses the limits of depth and key_bytes, no spec.  A number needs
 * something behind it: a line's end will do.
 */
extern OracleTree *oracle_parse(Oracle *oracle);
extern void oracle_free_tree(OracleTree *tree);

/* As pendo_json_unescape(), from the characters one by one. */
extern int64_t oracle_unescape(const char *text, size_t length, char *into);

extern bool oracle_valid_utf8(const char *text, size_t length);

/*
 * The integer in a JSON number's text (NUL-terminated), worked out on paper: the digits are
 * written out and the point is moved.  Returns 0, 1 (has a fraction), 2 (too
 * large) or 3 (too long to be written out here).
 */
extern int oracle_int64(const char *text, size_t length, int64_t *result);

#endif /* PENDO_JSON_ORACLE_H */
