/*-------------------------------------------------------------------------
 *
 * json/value.h
 *	  A value in a JSON document, and the text in a string.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_JSON_VALUE_H
#define PENDO_JSON_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes behind a value that may be read; also the longest glue (see row.c). */
#define PENDO_JSON_PAD 64

/* What was found at a path.  ABSENT: the row has no such member. */
typedef enum PendoJsonKind
{
	PENDO_JSON_ABSENT = 0,
	PENDO_JSON_NULL,
	PENDO_JSON_FALSE,
	PENDO_JSON_TRUE,
	PENDO_JSON_NUMBER,
	PENDO_JSON_STRING,
	PENDO_JSON_OBJECT,
	PENDO_JSON_ARRAY
} PendoJsonKind;

/*
 * One value.  "start" points into the reader's buffer and is valid until the
 * next call of pendo_json_reader_next().  For a string it is the first byte
 * after the opening quote and "length" excludes the closing one; the bytes
 * are still escaped when has_escape is set.  For every other kind it is the
 * value's text as sent, without surrounding white space.  At least
 * PENDO_JSON_PAD bytes can be read behind it.
 */
typedef struct PendoJsonValue
{
	const char *start;
	uint32_t length;
	uint8_t kind;	   /* PendoJsonKind */
	bool has_escape;   /* string: contains a backslash */
	bool has_high_bit; /* contains a byte >= 0x80: check UTF-8 */
} PendoJsonValue;

/*
 * Unescape a string value into "into" (at least value->length bytes; the
 * result is never longer).  Returns the length, or -1 when the string holds
 * \u0000 or bytes that are not UTF-8; a lone surrogate becomes U+FFFD.
 */
extern int64_t pendo_json_unescape(const PendoJsonValue *value, char *into);

/*
 * Is this well-formed UTF-8, by the rules PostgreSQL has?  The reader does not
 * check what nobody takes: ask this of a raw slice that has has_high_bit.
 */
extern bool pendo_json_valid_utf8(const char *text, size_t length);

#endif /* PENDO_JSON_VALUE_H */
