/*-------------------------------------------------------------------------
 *
 * test/unit/json_reading.h
 *	  What the JSON reader says of a document, as text.
 *
 * Each row's values stand in brackets, then the error and its offset, if there
 * is one.  Kinds: - absent, n f t, # number, ' string, and objects and arrays
 * as they are; ! follows a value with an escape, ^ one with a high bit.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_JSON_READING_H
#define PENDO_JSON_READING_H

#include <stdlib.h>
#include <string.h>

#include "json/reader.h"
#include "tap.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

typedef struct Source
{
	const char *text;
	size_t length;
	size_t at;
	size_t first; /* bytes in the first portion; 0: as the others */
	size_t most;  /* bytes in the others */
	size_t fills;
	bool ended;	  /* it has been told so */
	bool asked;	  /* and has asked again */
	bool no_room; /* it asked for nothing: a stream would wait for ever */
} Source;

typedef struct Note
{
	char *text;
	size_t length;
	size_t room;
} Note;

static size_t
fill(void *arg, char *into, size_t room)
{
	Source *source = arg;
	size_t bytes = source->most;

	source->no_room |= room == 0;
	if (source->fills++ == 0 && source->first > 0)
		bytes = source->first;
	if (bytes > room)
		bytes = room;
	if (bytes > source->length - source->at)
		bytes = source->length - source->at;
	memcpy(into, source->text + source->at, bytes);
	source->at += bytes;
	source->asked |= source->ended;
	source->ended = (bytes == 0);
	return bytes;
}

static void
note(Note *to, const char *text, size_t length)
{
	if (to->length + length >= to->room)
	{
		to->room = (to->room + length) * 2 + 64;
		to->text = realloc(to->text, to->room);
	}
	memcpy(to->text + to->length, text, length);
	to->length += length;
	to->text[to->length] = '\0';
}

static void
note_value(Note *to, const PendoJsonValue *value)
{
	static const char *const marks[] =
		{[PENDO_JSON_ABSENT] = "-", [PENDO_JSON_NULL] = "n",
		 [PENDO_JSON_FALSE] = "f",	[PENDO_JSON_TRUE] = "t",
		 [PENDO_JSON_NUMBER] = "#", [PENDO_JSON_STRING] = "'",
		 [PENDO_JSON_OBJECT] = "",	[PENDO_JSON_ARRAY] = ""};

	note(to, marks[value->kind], strlen(marks[value->kind]));
	if (value->kind >= PENDO_JSON_NUMBER)
		note(to, value->start, value->length);
	if (value->has_escape)
		note(to, "!", 1);
	if (value->has_high_bit)
		note(to, "^", 1);
}

/* All that the reader says of a document; the caller frees it. */
static char *
read_all(const PendoJsonSpec *spec, Source *source)
{
	PendoJsonSpec copy = *spec;
	PendoJsonValue values[PENDO_JSON_MAX_PATHS];
	PendoJsonReader *reader;
	PendoJsonError error;
	Note result = {0};

	source->at = 0;
	source->fills = 0;
	source->ended = source->asked = source->no_room = false;
	copy.fill = fill;
	copy.fill_arg = source;
	reader = pendo_json_reader_create(&copy);
	note(&result, "", 0);
	while (pendo_json_reader_next(reader, values))
	{
		note(&result, "[", 1);
		for (int i = 0; i < spec->path_count; i++)
		{
			if (i > 0)
				note(&result, " ", 1);
			note_value(&result, &values[i]);
		}
		note(&result, "]", 1);
	}
	error = pendo_json_reader_error(reader);
	if (error == PENDO_JSON_OK && pendo_json_reader_kept(reader) != NULL)
	{
		note(&result, " kept ", 6);
		note(&result, pendo_json_reader_kept(reader),
			 strlen(pendo_json_reader_kept(reader)));
	}
	if (error != PENDO_JSON_OK)
	{
		char text[100];

		snprintf(text, sizeof(text), "%s at %llu", pendo_json_error_text(error),
				 (unsigned long long) pendo_json_reader_offset(reader));
		note(&result, text, strlen(text));
	}
	else if (pendo_json_reader_offset(reader) != source->length)
		note(&result, " offset is not the length", 25);
	if (pendo_json_reader_next(reader, values) ||
		pendo_json_reader_error(reader) != error)
		note(&result, " next after the end", 19);
	if (source->asked)
		note(&result, " asked after the end", 20);
	if (source->no_room)
		note(&result, " asked without room", 19);
	pendo_json_reader_free(reader);
	return result.text;
}

/* The same from any portions: the document at once, each cut, each size. */
static bool
reads_as(const PendoJsonSpec *spec, const char *text, size_t length,
		 const char *expected)
{
	static const uint32_t buffers[] = {1, 24, 0};
	size_t most = length < 80 ? length + 1 : 80;
	bool good = true;

	for (size_t i = 0; good && i < LENGTH(buffers) * (length + most + 1); i++)
	{
		PendoJsonSpec copy = *spec;
		size_t way = i / LENGTH(buffers);
		Source source = {.text = text, .length = length, .most = length + 1};
		char *result;

		copy.buffer_bytes = buffers[i % LENGTH(buffers)];
		if (way < length)
			source.first = way;
		else if (way < length + most)
			source.most = way - length + 1;
		result = read_all(&copy, &source);
		good = strcmp(result, expected) == 0;
		if (!good)
			printf("# got:  %s\n# want: %s\n# first %zu, most %zu, buffer %u\n",
				   result, expected, source.first, source.most,
				   copy.buffer_bytes);
		free(result);
	}
	return good;
}

static const char *const path_a[] = {"a", NULL};
static const char *const path_m_x[] = {"m", "x", NULL};
static const char *const path_m[] = {"m", NULL};
static const char *const path_row[] = {NULL};
static const char *const *const paths[] = {path_a, path_m_x, path_m, path_row};

#define WRAPPED "r"
#define BARE	NULL

#endif /* PENDO_JSON_READING_H */
