/*-------------------------------------------------------------------------
 *
 * json/reader.c
 *	  Streaming reader of rows: the buffer and the document around the rows.
 *
 * The buffer holds a stretch of the document:
 *
 *		buffer ... pos ........ end (NUL sentinel) ... buffer + capacity
 *		  used up    not yet read        free
 *
 * What must be scanned in one piece is a unit: a row, or the name or value of
 * a member beside the rows.  A unit that the buffer's end cuts is moved to the
 * buffer's start and scanned again when more bytes are there.  So that a long
 * unit arriving in small portions costs linear time, it is scanned again only
 * after having grown by half; a short one after each portion, so that a row
 * is handed over as soon as it is complete.
 *
 *-------------------------------------------------------------------------
 */
#include "paths.h"

#include <stdlib.h>

/*
 * Large enough that moving a cut row and calling "fill" cost nothing per row,
 * small enough for a second-level cache.
 */
#define DEFAULT_BUFFER_BYTES (256 * 1024)
#define MIN_BUFFER_BYTES	 16

/* A unit up to this long is scanned again whenever bytes have come. */
#define SHORT_UNIT		4096

#define END_OF_DOCUMENT (-1)

typedef enum ReaderState
{
	AT_START,
	BEFORE_FIRST_ROW,
	AFTER_ROW,
	FINISHED
} ReaderState;

/* What a member of the document's object is; the first two are paths of "top". */
typedef enum TopMember
{
	ROWS_MEMBER,
	KEPT_MEMBER,
	OTHER_MEMBER
} TopMember;

struct PendoJsonReader
{
	PendoJsonScan scan; /* scan.end is the buffer's end */
	PendoJsonPaths paths;
	PendoJsonPaths top; /* the rows' member and the kept one, if any */
	bool is_wrapped;	/* the rows are in a member */
	PendoJsonFill fill;
	void *fill_arg;
	uint32_t row_bytes;

	char *buffer;
	size_t capacity; /* without the padding */
	char *pos;
	char *end;
	uint64_t base; /* document offset of buffer[0] */
	bool at_eof;   /* "fill" has said so */

	ReaderState state;
	bool rows_seen; /* the rows' place was found */
	char *kept;		/* value of the kept member, or NULL */
	PendoJsonError error;
	uint64_t error_offset;
};

static uint64_t
offset_of(const PendoJsonReader *reader, const char *p)
{
	return reader->base + (uint64_t) (p - reader->buffer);
}

/* The first error stays. */
static bool
fail_with(PendoJsonReader *reader, uint64_t offset, PendoJsonError error)
{
	if (reader->error == PENDO_JSON_OK)
	{
		reader->error = error;
		reader->error_offset = offset;
	}
	return false;
}

static bool
fail_at(PendoJsonReader *reader, const char *p, PendoJsonError error)
{
	return fail_with(reader, offset_of(reader, p), error);
}

/* A byte that does not belong here, or the end that should not be here. */
static bool
fail_here(PendoJsonReader *reader, int c)
{
	return fail_at(reader, reader->pos,
				   c == END_OF_DOCUMENT ? PENDO_JSON_TRUNCATED
										: PENDO_JSON_SYNTAX);
}

static void
set_end(PendoJsonReader *reader, char *end)
{
	reader->end = end;
	reader->scan.end = end;
	memset(end, 0, PENDO_JSON_PAD + 1);
}

/*
 * Only a unit that fills the buffer grows it, never beyond what a unit may be
 * and the byte that shows that a number ends there.
 */
static bool
grow(PendoJsonReader *reader)
{
	size_t capacity = reader->capacity < reader->row_bytes / 2
						  ? reader->capacity * 2
						  : (size_t) reader->row_bytes + 1;
	size_t used = (size_t) (reader->end - reader->buffer);
	char *buffer = realloc(reader->buffer, capacity + PENDO_JSON_PAD + 1);

	if (buffer == NULL)
		return fail_at(reader, reader->end, PENDO_JSON_OUT_OF_MEMORY);
	reader->pos = buffer + (reader->pos - reader->buffer);
	reader->buffer = buffer;
	reader->capacity = capacity;
	set_end(reader, buffer + used);
	return true;
}

/*
 * Get more bytes, keeping those from "pos" on.  Returns false at the end of
 * the document, and without memory (then the error is set).
 */
static bool
read_more(PendoJsonReader *reader)
{
	size_t keep = (size_t) (reader->end - reader->pos);
	size_t got;

	if (reader->at_eof)
		return false;
	if (reader->pos > reader->buffer)
	{
		reader->base += (uint64_t) (reader->pos - reader->buffer);
		memmove(reader->buffer, reader->pos, keep);
		reader->pos = reader->buffer;
		set_end(reader, reader->buffer + keep);
	}
	if (keep == reader->capacity && !grow(reader))
		return false;

	got = reader->fill(reader->fill_arg, reader->end, reader->capacity - keep);
	reader->at_eof = (got == 0);
	set_end(reader, reader->end + got);
	return got > 0;
}

/* The next byte that is no white space, not yet used up. */
static int
peek(PendoJsonReader *reader)
{
	for (;;)
	{
		reader->pos = (char *) pendo_json_skip_space(reader->pos);
		if (reader->pos < reader->end)
			return (unsigned char) *reader->pos;
		if (!read_more(reader))
			return END_OF_DOCUMENT;
	}
}

static int
next_after(PendoJsonReader *reader)
{
	reader->pos++;
	return peek(reader);
}

/*
 * A scan of the unit at "pos" ran out of bytes: get so many that trying again
 * is worth it.  A unit that passes the limit unfinished is too long, whatever
 * else would be wrong with it.
 */
static bool
extend_unit(PendoJsonReader *reader)
{
	size_t had = (size_t) (reader->end - reader->pos);
	size_t want = had < SHORT_UNIT ? had + 1 : had + had / 2;
	size_t have = had;

	if (had > reader->row_bytes)
		return fail_at(reader, reader->pos + reader->row_bytes,
					   PENDO_JSON_ROW_TOO_LONG);
	/* One byte too many tells enough, and the buffer has no room for more. */
	if (want > (size_t) reader->row_bytes + 1)
		want = (size_t) reader->row_bytes + 1;
	while (have < want && read_more(reader))
		have = (size_t) (reader->end - reader->pos);
	if (have > had)
		return true;
	return fail_at(reader, reader->end, PENDO_JSON_TRUNCATED);
}

/*
 * A scan of the unit at "pos" returned "end".  Returns true when it is to be
 * tried again; otherwise the unit is complete, or the reader has failed.
 */
static bool
unit_is_cut(PendoJsonReader *reader, const char *end)
{
	const PendoJsonScan *scan = &reader->scan;
	const char *reached = end ? end : scan->stop + 1;

	if (end == NULL && scan->error == PENDO_JSON_TRUNCATED)
		return extend_unit(reader);
	if ((size_t) (reached - reader->pos) > reader->row_bytes)
		fail_at(reader, reader->pos + reader->row_bytes,
				PENDO_JSON_ROW_TOO_LONG);
	else if (end == NULL)
		fail_at(reader, scan->stop, scan->error);
	else
		reader->pos += end - reader->pos;
	return false;
}

static bool
read_row(PendoJsonReader *reader, PendoJsonValue *values)
{
	PendoJsonScan *scan = &reader->scan;
	uint32_t depth = scan->depth;
	const char *end;

	do
	{
		scan->depth = depth;
		end = pendo_json_scan_row(scan, &reader->paths, reader->pos, values);
	} while (unit_is_cut(reader, end));
	return reader->error == PENDO_JSON_OK;
}

static TopMember
top_member(PendoJsonReader *reader, const char *name, uint32_t length,
		   unsigned flags)
{
	const PendoJsonNode *node = pendo_json_paths_find(&reader->top,
													  &reader->top.root, name,
													  length, flags);

	return node != NULL ? (TopMember) node->slot : OTHER_MEMBER;
}

/* The name of a member beside the rows, up to its value. */
static bool
read_key(PendoJsonReader *reader, TopMember *member)
{
	const char *name = NULL;
	uint32_t length = 0;
	unsigned flags;
	const char *end;

	do
	{
		flags = 0;
		end = pendo_json_scan_key(&reader->scan, reader->pos, &name, &length,
								  &flags);
		*member = end != NULL ? top_member(reader, name, length, flags)
							  : OTHER_MEMBER;
	} while (unit_is_cut(reader, end));
	return reader->error == PENDO_JSON_OK;
}

/* Copy the value that ends at "pos"; of two, the last one counts. */
static bool
keep_value(PendoJsonReader *reader, size_t length)
{
	char *kept = realloc(reader->kept, length + 1);

	if (kept == NULL)
		return fail_at(reader, reader->pos, PENDO_JSON_OUT_OF_MEMORY);
	memcpy(kept, reader->pos - length, length);
	kept[length] = '\0';
	reader->kept = kept;
	return true;
}

/* A value beside the rows: only its grammar matters, unless it is to be kept. */
static bool
read_value(PendoJsonReader *reader, bool is_kept)
{
	PendoJsonScan *scan = &reader->scan;
	uint32_t depth = scan->depth;
	unsigned flags = 0;
	size_t length;
	const char *end;

	do
	{
		scan->depth = depth;
		end = pendo_json_scan_value(scan, reader->pos, &flags);
		length = end != NULL ? (size_t) (end - reader->pos) : 0;
	} while (unit_is_cut(reader, end));
	if (reader->error != PENDO_JSON_OK)
		return false;
	return !is_kept || keep_value(reader, length);
}

/* Is "c" how some JSON value begins, if not the one that is wanted here? */
static bool
fail_place(PendoJsonReader *reader, int c)
{
	if (c > 0 && strchr("{[\"-0123456789tfn", c) != NULL)
		return fail_at(reader, reader->pos, PENDO_JSON_NOT_ROWS);
	return fail_here(reader, c);
}

/* The bracket at "pos" opens something that holds the rows. */
static bool
descend(PendoJsonReader *reader)
{
	if (reader->scan.depth >= reader->scan.max_depth)
		return fail_at(reader, reader->pos, PENDO_JSON_TOO_DEEP);
	reader->scan.depth++;
	reader->pos++;
	return true;
}

/* After the document's value only white space may follow. */
static bool
finish(PendoJsonReader *reader)
{
	int c = peek(reader);

	if (reader->error != PENDO_JSON_OK)
		return false;
	if (c != END_OF_DOCUMENT)
		return fail_here(reader, c);
	if (!reader->rows_seen)
		return fail_at(reader, reader->pos, PENDO_JSON_NO_ROWS);
	reader->state = FINISHED;
	return true;
}

/*
 * The rows' place, whose first byte "c" is.  An array is entered: the next
 * thing is a row.  A null means no rows, as servers written in Go send it for
 * an empty list, and is used up.
 */
static bool
read_place(PendoJsonReader *reader, int c)
{
	reader->rows_seen = true;
	if (c == 'n')
		return read_value(reader, false);
	if (c != '[')
		return fail_place(reader, c);
	reader->state = BEFORE_FIRST_ROW;
	return descend(reader);
}

/*
 * One member of the document's object.  Rows cannot be taken back, so that the
 * last of two lists of rows cannot win: a second one is refused.
 */
static bool
read_member(PendoJsonReader *reader)
{
	uint64_t offset;
	TopMember member;
	int c;

	c = peek(reader);
	if (c != '"')
		return fail_here(reader, c);
	offset = offset_of(reader, reader->pos);
	if (!read_key(reader, &member))
		return false;
	if (member == ROWS_MEMBER && reader->rows_seen)
		return fail_with(reader, offset, PENDO_JSON_NOT_ROWS);
	c = peek(reader);
	if (c == END_OF_DOCUMENT)
		return fail_here(reader, c);
	if (member == ROWS_MEMBER)
		return read_place(reader, c);
	return read_value(reader, member == KEPT_MEMBER);
}

/*
 * Members beside the rows: up to the rows, or to the end of the document.
 * "first": the object has just been entered.
 */
static bool
read_members(PendoJsonReader *reader, bool first)
{
	int c = peek(reader);

	while (c != '}')
	{
		if (!first)
		{
			if (c != ',')
				return fail_here(reader, c);
			reader->pos++;
		}
		first = false;
		if (!read_member(reader))
			return false;
		if (reader->state == BEFORE_FIRST_ROW)
			return true;
		c = peek(reader);
	}
	reader->pos++;
	return finish(reader);
}

/* A byte order mark is no part of JSON, but may be ignored. */
static void
skip_byte_order_mark(PendoJsonReader *reader)
{
	while (reader->end - reader->pos < 3)
	{
		if (!read_more(reader))
			return;
	}
	if (memcmp(reader->pos, "\xEF\xBB\xBF", 3) == 0)
		reader->pos += 3;
}

/* From the document's first byte to its first row, or to its end. */
static bool
read_start(PendoJsonReader *reader)
{
	int c;

	skip_byte_order_mark(reader);
	c = peek(reader);
	if (!reader->is_wrapped)
		return read_place(reader, c) &&
			   (reader->state == BEFORE_FIRST_ROW || finish(reader));
	if (c != '{')
		return fail_place(reader, c);
	return descend(reader) && read_members(reader, true);
}

/* The array of rows ends at "pos". */
static bool
read_end(PendoJsonReader *reader)
{
	reader->pos++;
	reader->scan.depth--;
	reader->state = AFTER_ROW;
	return reader->is_wrapped ? read_members(reader, false) : finish(reader);
}

bool
pendo_json_reader_next(PendoJsonReader *reader, PendoJsonValue *values)
{
	int c;

	if (reader->error != PENDO_JSON_OK || reader->state == FINISHED)
		return false;
	if (reader->state == AT_START &&
		(!read_start(reader) || reader->state == FINISHED))
		return false;

	c = peek(reader);
	if (c == ']')
	{
		(void) read_end(reader);
		return false;
	}
	if (reader->state == AFTER_ROW)
	{
		if (c != ',')
			return fail_here(reader, c);
		c = next_after(reader);
	}
	if (c != '{')
		return fail_place(reader, c);
	reader->state = AFTER_ROW;
	return read_row(reader, values);
}

static uint32_t
limit_or_default(uint32_t limit, uint32_t standard, uint32_t most)
{
	if (limit == 0)
		return standard;
	return limit < most ? limit : most;
}

PendoJsonReader *
pendo_json_reader_create(const PendoJsonSpec *spec)
{
	const char *const rows_path[] = {spec->rows_member, NULL};
	const char *const kept_path[] = {spec->kept_member, NULL};
	const char *const *const top_list[] = {rows_path, kept_path};
	int top_count = spec->rows_member == NULL	? 0
					: spec->kept_member == NULL ? 1
												: 2;
	PendoJsonReader *reader;

	if (spec->path_count < 0 || spec->path_count > PENDO_JSON_MAX_PATHS)
		return NULL;
	reader = calloc(1, sizeof(*reader));
	if (reader == NULL)
		return NULL;

	reader->capacity = limit_or_default(spec->buffer_bytes,
										DEFAULT_BUFFER_BYTES,
										PENDO_JSON_MAX_ROW_BYTES);
	if (reader->capacity < MIN_BUFFER_BYTES)
		reader->capacity = MIN_BUFFER_BYTES;
	reader->buffer = malloc(reader->capacity + PENDO_JSON_PAD + 1);
	reader->is_wrapped = (spec->rows_member != NULL);
	if (reader->buffer == NULL ||
		!pendo_json_paths_build(&reader->top, top_list, top_count) ||
		!pendo_json_paths_build(&reader->paths, spec->paths, spec->path_count))
	{
		pendo_json_reader_free(reader);
		return NULL;
	}

	reader->pos = reader->buffer;
	set_end(reader, reader->buffer);
	reader->fill = spec->fill;
	reader->fill_arg = spec->fill_arg;
	reader->row_bytes = limit_or_default(spec->limits.row_bytes,
										 PENDO_JSON_DEFAULT_ROW_BYTES,
										 PENDO_JSON_MAX_ROW_BYTES);
	reader->scan.max_depth = limit_or_default(spec->limits.depth,
											  PENDO_JSON_DEFAULT_DEPTH,
											  PENDO_JSON_MAX_DEPTH);
	reader->scan.max_key = limit_or_default(spec->limits.key_bytes,
											PENDO_JSON_DEFAULT_KEY_BYTES,
											PENDO_JSON_MAX_ROW_BYTES);
	return reader;
}

void
pendo_json_reader_free(PendoJsonReader *reader)
{
	if (reader == NULL)
		return;
	pendo_json_paths_free(&reader->top);
	pendo_json_paths_free(&reader->paths);
	free(reader->kept);
	free(reader->buffer);
	free(reader);
}

const char *
pendo_json_reader_kept(const PendoJsonReader *reader)
{
	return reader->kept;
}

PendoJsonError
pendo_json_reader_error(const PendoJsonReader *reader)
{
	return reader->error;
}

uint64_t
pendo_json_reader_offset(const PendoJsonReader *reader)
{
	if (reader->error != PENDO_JSON_OK)
		return reader->error_offset;
	return offset_of(reader, reader->pos);
}

const char *
pendo_json_error_text(PendoJsonError error)
{
	static const char *const texts[] = {
		[PENDO_JSON_OK] = "no error",
		[PENDO_JSON_SYNTAX] = "not valid JSON",
		[PENDO_JSON_TRUNCATED] = "ended early",
		[PENDO_JSON_TOO_DEEP] = "nested too deeply",
		[PENDO_JSON_ROW_TOO_LONG] = "row too long",
		[PENDO_JSON_KEY_TOO_LONG] = "member name too long",
		[PENDO_JSON_NOT_ROWS] = "not a list of rows",
		[PENDO_JSON_NO_ROWS] = "list of rows is missing",
		[PENDO_JSON_OUT_OF_MEMORY] = "out of memory",
	};

	return texts[error];
}
