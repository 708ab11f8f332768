/*-------------------------------------------------------------------------
 *
 * test/unit/http_inflate_isal_test.c
 *	  inflate.c with libisal, where it is installed.
 *
 * libs: -isystem $(${PG_CONFIG:-pg_config} --includedir-server) -L$(${PG_CONFIG:-pg_config} --pkglibdir) -lpgcommon -lpgport
 *
 *-------------------------------------------------------------------------
 */
#include "http_server.h"

#ifdef HAVE_LIBISAL

#include "../../src/http/inflate.c"
#include "../../src/http/inflate_isal.c"

#include "http_inflating.h"

int
main(void)
{
	return test_inflate();
}

#else

int
main(void)
{
	printf("1..0 # SKIP libisal is not installed\n");
	return 0;
}

#endif
