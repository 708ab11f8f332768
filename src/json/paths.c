/*-------------------------------------------------------------------------
 *
 * json/paths.c
 *	  The wanted paths of a row as one trie.
 *
 * Each name is one node however many paths go through it, so that a row is
 * walked once whatever is wanted of it.
 *
 *-------------------------------------------------------------------------
 */
#include "paths.h"

#include <stdlib.h>

/* An object with more members than this is no table row: no need to be fast. */
#define MAX_GLUE 2048

/* An escape sequence of six bytes may stand for one. */
#define ESCAPE_BYTES 6

static int
compare_names(const char *a, size_t a_length, const char *b, size_t b_length)
{
	if (a_length != b_length)
		return a_length < b_length ? -1 : 1;
	return memcmp(a, b, a_length);
}

/* Where the name is among the children, or where it would have to go. */
static int
child_position(const PendoJsonNode *parent, const char *name, size_t length,
			   bool *found)
{
	int low = 0;
	int high = parent->child_count;

	*found = false;
	while (low < high && !*found)
	{
		int middle = low + (high - low) / 2;
		const PendoJsonNode *child = parent->children[middle];
		int order = compare_names(name, length, child->name,
								  child->name_length);

		if (order < 0)
			high = middle;
		else if (order > 0)
			low = middle + 1;
		else
		{
			*found = true;
			low = middle;
		}
	}
	return low;
}

static PendoJsonNode *
make_node(const char *name, size_t length)
{
	PendoJsonNode *node = calloc(1, sizeof(PendoJsonNode));

	if (node == NULL)
		return NULL;
	node->slot = -1;
	node->name_length = length;
	node->name = malloc(length + 1);
	if (node->name == NULL)
	{
		free(node);
		return NULL;
	}
	memcpy(node->name, name, length);
	return node;
}

/* The child of that name, made if need be; NULL without memory. */
static PendoJsonNode *
want_child(PendoJsonNode *parent, const char *name)
{
	size_t length = strlen(name);
	bool found;
	int at = child_position(parent, name, length, &found);
	PendoJsonNode **children;
	PendoJsonNode *child;

	if (found)
		return parent->children[at];

	children = realloc(parent->children,
					   sizeof(*children) * (size_t) (parent->child_count + 1));
	if (children == NULL)
		return NULL;
	parent->children = children;
	child = make_node(name, length);
	if (child == NULL)
		return NULL;
	memmove(children + at + 1, children + at,
			sizeof(*children) * (size_t) (parent->child_count - at));
	children[at] = child;
	parent->child_count++;
	return child;
}

/* A path deeper than any document may be can never be met: leave it out. */
static bool
is_too_long(const char *const *path)
{
	int names = 0;

	while (path[names] != NULL && names <= PENDO_JSON_MAX_DEPTH)
		names++;
	return names > PENDO_JSON_MAX_DEPTH;
}

static bool
add_path(PendoJsonPaths *paths, const char *const *path, int slot)
{
	PendoJsonNode *node = &paths->root;

	paths->same_as[slot] = slot;
	if (is_too_long(path))
		return true;

	for (; *path != NULL; path++)
	{
		size_t length = strlen(*path);

		node = want_child(node, *path);
		if (node == NULL)
			return false;
		if (length > paths->longest_name)
			paths->longest_name = length;
	}
	if (node->slot < 0)
		node->slot = slot;
	else
	{
		paths->same_as[slot] = node->slot;
		paths->has_equal = true;
	}
	return true;
}

bool
pendo_json_paths_build(PendoJsonPaths *paths, const char *const *const *list,
					   int count)
{
	memset(paths, 0, sizeof(*paths));
	paths->root.slot = -1;
	paths->count = count;
	paths->same_as = calloc((size_t) count + 1, sizeof(int));
	if (paths->same_as == NULL)
		return false;
	for (int i = 0; i < count; i++)
	{
		if (!add_path(paths, list[i], i))
			return false;
	}
	paths->unescaped = malloc(paths->longest_name * ESCAPE_BYTES + 1);
	return paths->unescaped != NULL;
}

/* Recursion ends at PENDO_JSON_MAX_DEPTH names: see is_too_long(). */
static void
free_children(PendoJsonNode *node)
{
	for (int i = 0; i < node->child_count; i++)
	{
		PendoJsonNode *child = node->children[i];

		free_children(child);
		free(child->name);
		free(child);
	}
	free(node->children);
	free(node->glue);
}

void
pendo_json_paths_free(PendoJsonPaths *paths)
{
	free_children(&paths->root);
	free(paths->same_as);
	free(paths->unescaped);
}

PendoJsonNode *
pendo_json_paths_find(PendoJsonPaths *paths, const PendoJsonNode *parent,
					  const char *name, uint32_t length, unsigned flags)
{
	bool found;
	int at;

	if (flags & PENDO_JSON_HAS_ESCAPE)
	{
		PendoJsonValue escaped = {.start = name, .length = length};
		int64_t bytes;

		if (length > paths->longest_name * ESCAPE_BYTES)
			return NULL;
		bytes = pendo_json_unescape(&escaped, paths->unescaped);
		if (bytes < 0)
			return NULL;
		name = paths->unescaped;
		length = (uint32_t) bytes;
	}
	at = child_position(parent, name, length, &found);
	return found ? parent->children[at] : NULL;
}

/* Make room for one more; without memory the reader is slower, no more. */
static bool
grow_glue(PendoJsonNode *object)
{
	uint32_t room = object->glue_room ? object->glue_room * 2 : 16;
	PendoJsonGlue *glue;

	if (object->glue_count < object->glue_room)
		return true;
	if (room > MAX_GLUE)
		return false;
	glue = realloc(object->glue, room * sizeof(*glue));
	if (glue == NULL)
		return false;
	object->glue = glue;
	object->glue_room = room;
	return true;
}

/*
 * Text too long to remember still takes its place, for the sake of those
 * after it, as bytes that no document may have there.
 */
void
pendo_json_glue_learn(PendoJsonNode *object, uint32_t i, const char *text,
					  size_t length, unsigned flags, PendoJsonNode *node)
{
	char bytes[PENDO_JSON_PAD] = {0};
	unsigned char mask[8] = {0};
	PendoJsonGlue *glue;

	if (i > object->glue_count)
		return;
	if (i == object->glue_count)
	{
		if (!grow_glue(object))
			return;
		object->glue_count++;
	}
	if (length > sizeof(bytes))
	{
		text = "\001";
		length = 1;
	}

	glue = &object->glue[i];
	memcpy(bytes, text, length);
	memcpy(glue->words, bytes, sizeof(bytes));
	memset(mask, 0xff, (length - 1) % 8 + 1);
	memcpy(&glue->last_mask, mask, sizeof(mask));
	glue->last = (uint8_t) ((length - 1) / 8);
	glue->length = (uint8_t) length;
	glue->flags = (uint8_t) flags;
	glue->node = node;
}
