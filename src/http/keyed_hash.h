/*-------------------------------------------------------------------------
 *
 * http/keyed_hash.h
 *	  What stands for a credential in shared memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_KEYED_HASH_H
#define PENDO_HTTP_KEYED_HASH_H

#include "common/sha2.h"

#define PENDO_KEYED_HASH_BYTES PG_SHA256_DIGEST_LENGTH

/*
 * HMAC of a place and a credential, keyed with a salt of as many bytes:
 * nothing of the credential can be told from it.
 */
extern void pendo_keyed_hash(const uint8 *salt, const char *place,
							 const char *credential, uint8 *hash);

#endif /* PENDO_HTTP_KEYED_HASH_H */
