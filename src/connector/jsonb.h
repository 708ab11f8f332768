/*-------------------------------------------------------------------------
 *
 * connector/jsonb.h
 *	  JSON that came from outside, as jsonb.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_JSONB_H
#define PENDO_JSONB_H

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

/*
 * A JSON text in UTF-8 as jsonb, in the current memory context, where it also
 * leaves what it needed; or NULL, and in "problem" why it is none, as the end of a
 * sentence.  A lone surrogate becomes U+FFFD.  Raises an error only for characters
 * that the database's encoding does not have, and for what jsonb is too small for.
 * "text" may move, as it gets room behind its end.
 */
extern Jsonb *pendo_jsonb_from_json(StringInfo text, const char **problem);

#endif /* PENDO_JSONB_H */
