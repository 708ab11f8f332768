/*-------------------------------------------------------------------------
 *
 * fdw/url_encode.c
 *	  A text as part of an address, for paths and queries that SQL makes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "fmgr.h"
#include "http/client.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

PENDO_SQL_FUNCTION(pendo_url_encode);

/*
 * pendo._url_encode(text): its UTF-8 with everything percent-encoded but
 * letters, digits and "-._~".
 */
Datum
pendo_url_encode(PG_FUNCTION_ARGS)
{
	char *value = text_to_cstring(PG_GETARG_TEXT_PP(0));

	value = pg_server_to_any(value, strlen(value), PG_UTF8);
	PG_RETURN_TEXT_P(cstring_to_text(pendo_http_escape(value)));
}
