/*-------------------------------------------------------------------------
 *
 * json/storable.h
 *	  JSON that is well formed, made fit for jsonb.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_JSON_STORABLE_H
#define PENDO_JSON_STORABLE_H

#include <stdbool.h>

/*
 * Replace lone surrogates by U+FFFD, in place.  False when the text holds
 * what jsonb cannot: \u0000, or a number whose exponent numeric refuses.
 */
extern bool pendo_json_make_storable(char *json);

#endif /* PENDO_JSON_STORABLE_H */
