/*-------------------------------------------------------------------------
 *
 * json/row.c
 *	  One row: walk its object and take what the trie of paths wants.
 *
 * Recursion goes only where the trie goes; everything else is walked by the
 * scanner, which has none.
 *
 *-------------------------------------------------------------------------
 */
#include "paths.h"

typedef struct RowScan
{
	PendoJsonScan *scan;
	PendoJsonPaths *paths;
	PendoJsonValue *values;
} RowScan;

static const PendoJsonValue absent = {.kind = PENDO_JSON_ABSENT};

/*
 * Forget what was taken from inside a member that turns up a second time: the
 * last one counts, whole, and what it lacks is absent.
 */
static void
forget_members(const RowScan *row, PendoJsonNode *node)
{
	node->entered = 0;
	for (int i = 0; i < node->child_count; i++)
	{
		PendoJsonNode *child = node->children[i];

		if (child->slot >= 0)
			row->values[child->slot] = absent;
		forget_members(row, child);
	}
}

static inline bool
glue_matches(const PendoJsonGlue *glue, const char *p)
{
	unsigned last = glue->last;

	for (unsigned i = 0; i < last; i++)
	{
		if (pendo_json_load_word(p + i * 8) != glue->words[i])
			return false;
	}
	return ((pendo_json_load_word(p + last * 8) ^ glue->words[last]) &
			glue->last_mask) == 0;
}

/*
 * Walk from the end of a value (or the opening brace) to the value of member
 * number "i", token by token.  At the object's end *ended is set and what
 * follows the brace is returned.
 */
static const char *
scan_glue(RowScan *row, PendoJsonNode *object, uint32_t i, const char *p,
		  PendoJsonNode **member, unsigned *flags, bool *ended)
{
	const char *start = p;
	const char *name;
	uint32_t length;
	unsigned name_flags = 0;

	p = pendo_json_skip_space(p);
	*ended = (*p == '}');
	if (*ended)
		return p + 1;
	if (i > 0)
	{
		if (*p != ',')
			return pendo_json_scan_fail(row->scan, p);
		p = pendo_json_skip_space(p + 1);
	}
	p = pendo_json_scan_key(row->scan, p, &name, &length, &name_flags);
	if (p == NULL)
		return NULL;
	p = pendo_json_skip_space(p);

	*flags |= name_flags;
	*member = pendo_json_paths_find(row->paths, object, name, length,
									name_flags);
	pendo_json_glue_learn(object, i, start, (size_t) (p - start), name_flags,
						  *member);
	return p;
}

static const char *scan_object(RowScan *row, PendoJsonNode *object,
							   const char *p, unsigned *flags);

/* A scalar; most are whole numbers of a few digits, so look for these first. */
static inline const char *
scan_scalar(PendoJsonScan *scan, const char *p, uint8_t *kind)
{
	if (*p >= '1' && *p <= '9')
	{
		const char *end = p + pendo_json_digits_at(p);

		if (*end == ',' || *end == '}')
		{
			*kind = PENDO_JSON_NUMBER;
			return end;
		}
	}
	return pendo_json_scan_scalar(scan, p, kind);
}

/* The value at "p", which belongs to "node" (NULL: to nobody). */
static inline const char *
scan_member(RowScan *row, PendoJsonNode *node, const char *p, unsigned *flags)
{
	const char *start = p;
	const char *end;
	unsigned own = 0;
	uint8_t kind;

	if (node != NULL && node->entered == row->paths->scans)
		forget_members(row, node);
	if (*p == '"')
	{
		kind = PENDO_JSON_STRING;
		start++;
		end = pendo_json_scan_string(row->scan, start, &own);
	}
	else if (*p == '{')
	{
		kind = PENDO_JSON_OBJECT;
		if (node != NULL && node->child_count > 0)
		{
			node->entered = row->paths->scans;
			end = scan_object(row, node, p, &own);
		}
		else
			end = pendo_json_scan_container(row->scan, p, &own);
	}
	else if (*p == '[')
	{
		kind = PENDO_JSON_ARRAY;
		end = pendo_json_scan_container(row->scan, p, &own);
	}
	else
		end = scan_scalar(row->scan, p, &kind);
	if (end == NULL)
		return NULL;

	*flags |= own;
	if (node != NULL && node->slot >= 0)
	{
		PendoJsonValue *value = &row->values[node->slot];

		value->start = start;
		value->length = (uint32_t) (end - start);
		value->kind = kind;
		value->has_escape = kind == PENDO_JSON_STRING &&
							(own & PENDO_JSON_HAS_ESCAPE) != 0;
		value->has_high_bit = (own & PENDO_JSON_HAS_HIGH_BIT) != 0;
	}
	return kind == PENDO_JSON_STRING ? end + 1 : end;
}

/* The object whose brace is at "p". */
static const char *
scan_object(RowScan *row, PendoJsonNode *object, const char *p, unsigned *flags)
{
	PendoJsonScan *scan = row->scan;

	if (scan->depth >= scan->max_depth)
		return pendo_json_scan_refuse(scan, p, PENDO_JSON_TOO_DEEP);
	scan->depth++;
	p++;
	for (uint32_t i = 0;; i++)
	{
		PendoJsonNode *member = NULL;

		if (i < object->glue_count && glue_matches(&object->glue[i], p))
		{
			/* there may be more white space than the last time */
			member = object->glue[i].node;
			*flags |= object->glue[i].flags;
			p = pendo_json_skip_space(p + object->glue[i].length);
		}
		else
		{
			bool ended;

			p = scan_glue(row, object, i, p, &member, flags, &ended);
			if (p == NULL)
				return NULL;
			if (ended)
				break;
		}
		p = scan_member(row, member, p, flags);
		if (p == NULL)
			return NULL;
	}
	scan->depth--;
	return p;
}

static void
copy_equal_paths(const PendoJsonPaths *paths, PendoJsonValue *values)
{
	for (int i = 0; i < paths->count; i++)
		values[i] = values[paths->same_as[i]];
}

const char *
pendo_json_scan_row(PendoJsonScan *scan, PendoJsonPaths *paths, const char *p,
					PendoJsonValue *values)
{
	RowScan row = {scan, paths, values};
	const char *start = p;
	unsigned flags = 0;

	paths->scans++;
	/* all absent: a loop would read its bound again after each store */
	memset(values, 0, (size_t) paths->count * sizeof(*values));

	p = scan_object(&row, &paths->root, p, &flags);
	if (p == NULL)
		return NULL;

	if (paths->root.slot >= 0)
	{
		PendoJsonValue *value = &values[paths->root.slot];

		value->start = start;
		value->length = (uint32_t) (p - start);
		value->kind = PENDO_JSON_OBJECT;
		value->has_escape = false;
		value->has_high_bit = (flags & PENDO_JSON_HAS_HIGH_BIT) != 0;
	}
	if (paths->has_equal)
		copy_equal_paths(paths, values);
	return p;
}
