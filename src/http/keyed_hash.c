/*-------------------------------------------------------------------------
 *
 * http/keyed_hash.c
 *	  What stands for a credential in shared memory.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hmac.h"
#include "http/keyed_hash.h"

void
pendo_keyed_hash(const uint8 *salt, const char *place, const char *credential,
				 uint8 *hash)
{
	pg_hmac_ctx *hmac = pg_hmac_create(PG_SHA256);
	bool done;

	if (hmac == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));

	/* with its final NUL, the place cannot run into the credential */
	done = pg_hmac_init(hmac, salt, PENDO_KEYED_HASH_BYTES) >= 0 &&
		   pg_hmac_update(hmac, (const uint8 *) place, strlen(place) + 1) >=
			   0 &&
		   pg_hmac_update(hmac, (const uint8 *) credential,
						  strlen(credential)) >= 0 &&
		   pg_hmac_final(hmac, hash, PENDO_KEYED_HASH_BYTES) >= 0;
	pg_hmac_free(hmac);
	if (!done)
		elog(ERROR, "could not compute a keyed hash");
}
