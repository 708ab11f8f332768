/*-------------------------------------------------------------------------
 *
 * guarded.c
 *	  A step whose failure is told to its caller and not raised.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "guarded.h"
#include "utils/resowner.h"

static bool
is_tellable(const ErrorData *error)
{
	return ERRCODE_TO_CATEGORY(error->sqlerrcode) !=
			   ERRCODE_OPERATOR_INTERVENTION &&
		   error->sqlerrcode != ERRCODE_OUT_OF_MEMORY;
}

ErrorData *
pendo_guarded(void (*step)(void *arg), void *arg)
{
	MemoryContext old_context = CurrentMemoryContext;
	ResourceOwner old_owner = CurrentResourceOwner;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(old_context);
	PG_TRY();
	{
		step(arg);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(old_context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old_context);
	CurrentResourceOwner = old_owner;
	if (error != NULL && !is_tellable(error))
		ReThrowError(error);
	return error;
}
