/*-------------------------------------------------------------------------
 *
 * json/paths.h
 *	  The wanted paths of a row as one trie.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_JSON_PATHS_H
#define PENDO_JSON_PATHS_H

#include "scan.h"

typedef struct PendoJsonNode PendoJsonNode;

/*
 * What stood between two values the last time: comma, white space, the
 * member's name and its colon, all as sent.  A row mostly repeats the row
 * before it, so that one comparison of words replaces scanning these tokens
 * and looking the name up.
 */
typedef struct PendoJsonGlue
{
	uint64_t words[PENDO_JSON_PAD / 8];
	uint64_t last_mask;	 /* the bytes that count in words[last] */
	PendoJsonNode *node; /* the member, NULL when nobody wants it */
	uint8_t last;		 /* index of the last word */
	uint8_t length;		 /* bytes */
	uint8_t flags;		 /* of the name */
} PendoJsonGlue;

struct PendoJsonNode
{
	char *name; /* not NUL-terminated */
	size_t name_length;
	int slot;				  /* index among the values, or -1 */
	PendoJsonNode **children; /* ordered by length, then bytes */
	int child_count;
	uint64_t entered;	 /* the scan that last took something from inside */
	PendoJsonGlue *glue; /* of the i-th member of this object */
	uint32_t glue_count;
	uint32_t glue_room;
};

typedef struct PendoJsonPaths
{
	PendoJsonNode root; /* the row itself */
	int count;
	int *same_as;	/* the first path equal to each */
	bool has_equal; /* some path is not the first */
	size_t longest_name;
	char *unescaped; /* room for any name worth comparing */
	uint64_t scans;	 /* rows begun, repeated scans included */
} PendoJsonPaths;

/* Returns false without memory; pendo_json_paths_free() is due either way. */
extern bool pendo_json_paths_build(PendoJsonPaths *paths,
								   const char *const *const *list, int count);
extern void pendo_json_paths_free(PendoJsonPaths *paths);

/* The child of that name, as sent; NULL if there is none. */
extern PendoJsonNode *
pendo_json_paths_find(PendoJsonPaths *paths, const PendoJsonNode *parent,
					  const char *name, uint32_t length, unsigned flags);

/* Remember what stood before the i-th member's value, if it is worth it. */
extern void
pendo_json_glue_learn(PendoJsonNode *object, uint32_t i, const char *text,
					  size_t length, unsigned flags, PendoJsonNode *node);

/*
 * Read the row whose brace is at "p" into "values".  Failures are those of
 * scan.h.
 */
extern const char *
pendo_json_scan_row(PendoJsonScan *scan, PendoJsonPaths *paths, const char *p,
					PendoJsonValue *values);

#endif /* PENDO_JSON_PATHS_H */
