/*-------------------------------------------------------------------------
 *
 * test/unit/http_inflate_zlib_test.c
 *	  inflate.c with zlib, whatever the extension is built with.
 *
 * libs: -isystem $(${PG_CONFIG:-pg_config} --includedir-server) -L$(${PG_CONFIG:-pg_config} --pkglibdir) -lpgcommon -lpgport
 *
 *-------------------------------------------------------------------------
 */
#include "http_server.h"

#undef HAVE_LIBISAL
#include "../../src/http/inflate.c"
#include "../../src/http/inflate_zlib.c"

#include "http_inflating.h"

int
main(void)
{
	return test_inflate();
}
