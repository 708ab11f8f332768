/*-------------------------------------------------------------------------
 *
 * http/shared_table.c
 *	  Tables in shared memory that the first process to ask for them makes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/shared_table.h"
#include "miscadmin.h"
#include "storage/shmem.h"

/* All that can fail is done before the segment exists. */
void *
pendo_shared_table(const char *name, Size size, const char *tranche)
{
	uint8 salt[PENDO_KEYED_HASH_BYTES];
	PendoTableHead *head;
	bool found;

	if (!pg_strong_random(salt, sizeof(salt)))
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR),
						errmsg("could not generate random bytes")));
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	head = ShmemInitStruct(name, size, &found);
	if (!found)
	{
		memset(head, 0, size);
		memcpy(head->salt, salt, sizeof(salt));
		LWLockInitialize(&head->lock, LWLockNewTrancheId());
	}
	LWLockRelease(AddinShmemInitLock);
	LWLockRegisterTranche(head->lock.tranche, tranche);
	return head;
}
