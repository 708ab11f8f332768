/*-------------------------------------------------------------------------
 *
 * json/reader.h
 *	  Streaming reader of rows in a JSON document.
 *
 * The reader walks one document in one pass, in place, in a buffer of its
 * own that a callback fills, and hands out one row (one object of one array)
 * at a time as slices of that buffer.  It knows nothing of PostgreSQL, does
 * no conversion and raises no error: problems are returned, so that it can be
 * tested and fuzzed without a server.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_JSON_READER_H
#define PENDO_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "value.h"

/*
 * Limits on what a document may hold; a zero means the default, more than the
 * maximum means the maximum.  Depth counts from the document's own bracket.
 * row_bytes also bounds any one member beside the rows.
 */
typedef struct PendoJsonLimits
{
	uint32_t depth;		/* nested arrays and objects */
	uint32_t row_bytes; /* one row's text, white space included */
	uint32_t key_bytes; /* one member name, as sent */
} PendoJsonLimits;

#define PENDO_JSON_DEFAULT_DEPTH	 64
#define PENDO_JSON_DEFAULT_ROW_BYTES (64 * 1024 * 1024)
#define PENDO_JSON_DEFAULT_KEY_BYTES (64 * 1024)

/* PostgreSQL itself could not make a value of more bytes. */
#define PENDO_JSON_MAX_DEPTH	 1024
#define PENDO_JSON_MAX_ROW_BYTES (1024 * 1024 * 1024)

/* The most paths that one reader can extract; PostgreSQL's own column limit. */
#define PENDO_JSON_MAX_PATHS 1600

typedef enum PendoJsonError
{
	PENDO_JSON_OK = 0,
	PENDO_JSON_SYNTAX,	  /* not JSON, or trailing garbage */
	PENDO_JSON_TRUNCATED, /* the document ended early */
	PENDO_JSON_TOO_DEEP,
	PENDO_JSON_ROW_TOO_LONG,
	PENDO_JSON_KEY_TOO_LONG,
	PENDO_JSON_NOT_ROWS, /* the rows' place holds something else */
	PENDO_JSON_NO_ROWS,	 /* the rows' member is missing */
	PENDO_JSON_OUT_OF_MEMORY
} PendoJsonError;

/*
 * Give up to "room" more bytes of the document into "into"; returns how many,
 * 0 only at its end.  It may leave by longjmp: the reader holds nothing that
 * pendo_json_reader_free() could not still release.
 */
typedef size_t (*PendoJsonFill)(void *arg, char *into, size_t room);

typedef struct PendoJsonReader PendoJsonReader;

/* What to read. */
typedef struct PendoJsonSpec
{
	/*
	 * Member of the top-level object whose value is the array of rows, for
	 * example "results"; NULL when the document itself is the array.
	 */
	const char *rows_member;

	/*
	 * Another member of that object, whose value is kept: where a list comes
	 * in pages, it tells of the next one.  NULL: none.
	 */
	const char *kept_member;

	/*
	 * Paths to extract from each row.  A path is an array of member names
	 * (unescaped UTF-8), outermost first, ended by NULL.  A path of no names
	 * stands for the whole row.  Paths may be equal to or prefixes of one
	 * another (both "metadata" and "metadata.auto.id").
	 */
	const char *const *const *paths;
	int path_count;

	PendoJsonLimits limits;
	uint32_t buffer_bytes; /* the buffer to begin with; 0: the default */
	PendoJsonFill fill;
	void *fill_arg;
} PendoJsonSpec;

/*
 * All memory is malloc'ed; NULL when there is none, or when the spec has more
 * than PENDO_JSON_MAX_PATHS paths.  Copies the spec's paths.
 */
extern PendoJsonReader *pendo_json_reader_create(const PendoJsonSpec *spec);

/* Idempotent with NULL. */
extern void pendo_json_reader_free(PendoJsonReader *reader);

/*
 * Read the next row into "values" (path_count elements, in the order of the
 * paths; ABSENT where the row lacks the member).  A row's place in the array
 * may hold null or a scalar: that is PENDO_JSON_NOT_ROWS.
 *
 * Returns true with a row, false at the end of the document or on an error:
 * look at pendo_json_reader_error() to tell which.  The end is reported only
 * when the whole document was well formed up to its last byte.
 */
extern bool
pendo_json_reader_next(PendoJsonReader *reader, PendoJsonValue *values);

/*
 * At the document's end: the kept member's value as it was sent, ended by NUL;
 * NULL if there was none.  Lives as long as the reader.
 */
extern const char *pendo_json_reader_kept(const PendoJsonReader *reader);

extern PendoJsonError pendo_json_reader_error(const PendoJsonReader *reader);

/* Byte offset in the document of the error, or of what was read so far. */
extern uint64_t pendo_json_reader_offset(const PendoJsonReader *reader);

/* A short phrase for an error, for messages ("nested too deeply"). */
extern const char *pendo_json_error_text(PendoJsonError error);

#endif /* PENDO_JSON_READER_H */
