/*-------------------------------------------------------------------------
 *
 * test/unit/json_portable_test.c
 *	  The tests of the JSON reader without SSE2, as on other processors.
 *
 * sources: src/json/paths.c src/json/text.c
 *
 * Only these files look at blocks; here they are compiled for words.
 *
 *-------------------------------------------------------------------------
 */
#define PENDO_JSON_PORTABLE

#include "json/scan.c"
#include "json/row.c"
#include "json/reader.c"

#include "json_reader_test.c"

#ifdef PENDO_JSON_USE_SSE2
#error "this is to test what takes the place of SSE2"
#endif
