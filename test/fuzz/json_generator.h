/*-------------------------------------------------------------------------
 *
 * test/fuzz/json_generator.h
 *	  JSON documents of rows from a fuzzer's bytes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_JSON_GENERATOR_H
#define PENDO_JSON_GENERATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The rows' member in every wrapped document. */
extern const char generator_rows_name[];

/* One of the member names that documents use, unescaped. */
extern const char *generator_name(uint32_t which);

/*
 * A document whose choices are the bytes; malloc'ed, exactly *length long.
 * Mostly well formed: now and then a choice spoils it.
 */
extern char *generator_document(const uint8_t *choices, size_t count,
								bool wrapped, size_t *length);

#endif /* PENDO_JSON_GENERATOR_H */
