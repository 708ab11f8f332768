/*-------------------------------------------------------------------------
 *
 * http/spool.c
 *	  Bytes set aside in a temporary file until they are wanted.
 *
 * The first bytes stay in memory.  Beyond, appends collect in a buffer that
 * is written when full, and reads come from the file through a buffer of
 * their own; a read that reaches the file's end goes on in the append buffer.
 * All positions count from the spool's beginning.
 *
 * A file of a transaction is closed by its resource owner, which may happen
 * before or after the memory context's end.  So a resource callback, which
 * runs before the files of an owner are closed, takes the file from the spool.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/tablespace.h"
#include "http/spool.h"
#include "lib/ilist.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/wait_event.h"

/* Most answers of one window are smaller, compressed, and make no file. */
#define SPOOL_MEMORY (64 * 1024)

/* Large enough that a system call costs little, small beside a window. */
#define SPOOL_BUFFER (128 * 1024)

#define NO_FILE		 (-1)

struct PendoSpool
{
	MemoryContext context;
	MemoryContextCallback release;
	bool inter_transaction;

	/* the file, and who closes it if not we */
	File file;
	ResourceOwner resource_owner;
	dlist_node link; /* in transaction_spools, if it has an owner */

	uint64 size;	 /* appended in all */
	uint64 position; /* of the next byte to be read */

	/* [0, SPOOL_MEMORY) */
	char *memory;

	/* appended, not written: [written, size); allocated with the file */
	char *tail;
	uint64 written; /* end of the file, counted with the memory */

	/* read ahead from the file: [head_start, head_start + head_length) */
	char *head;
	uint64 head_start;
	size_t head_length;
};

/* Spools whose file belongs to a resource owner. */
static dlist_head transaction_spools = DLIST_STATIC_INIT(transaction_spools);

static void
disown_file(PendoSpool *spool)
{
	spool->file = NO_FILE;
	if (spool->resource_owner != NULL)
		dlist_delete(&spool->link);
	spool->resource_owner = NULL;
}

/*
 * An owner is about to close its files.  The server sets CurrentResourceOwner
 * to the one that is being released.
 */
static void
on_resource_release(ResourceReleasePhase phase, bool is_commit,
					bool is_top_level, void *arg)
{
	dlist_mutable_iter iter;

	if (phase != RESOURCE_RELEASE_BEFORE_LOCKS)
		return;
	dlist_foreach_modify(iter, &transaction_spools)
	{
		PendoSpool *spool = dlist_container(PendoSpool, link, iter.cur);

		if (spool->resource_owner == CurrentResourceOwner)
			disown_file(spool);
	}
}

/* Reset callback; also the end of pendo_spool_free(). */
static void
close_file(void *arg)
{
	PendoSpool *spool = arg;
	File file = spool->file;

	disown_file(spool);
	if (file != NO_FILE)
		FileClose(file);
}

PendoSpool *
pendo_spool_create(MemoryContext owner, bool inter_transaction)
{
	MemoryContext context = AllocSetContextCreate(owner, "pendo spool",
												  ALLOCSET_SMALL_SIZES);
	PendoSpool *spool = MemoryContextAllocZero(context, sizeof(PendoSpool));

	spool->context = context;
	spool->inter_transaction = inter_transaction;
	spool->file = NO_FILE;
	spool->written = SPOOL_MEMORY;
	spool->release.func = close_file;
	spool->release.arg = spool;
	MemoryContextRegisterResetCallback(context, &spool->release);
	return spool;
}

void
pendo_spool_free(PendoSpool *spool)
{
	if (spool != NULL)
		MemoryContextDelete(spool->context);
}

static void
open_file(PendoSpool *spool)
{
	static bool is_registered = false;

	if (!spool->inter_transaction)
	{
		if (!is_registered)
			RegisterResourceReleaseCallback(on_resource_release, NULL);
		is_registered = true;
		PrepareTempTablespaces();
	}
	if (spool->tail == NULL)
		spool->tail = MemoryContextAlloc(spool->context, SPOOL_BUFFER);
	if (spool->head == NULL)
		spool->head = MemoryContextAlloc(spool->context, SPOOL_BUFFER);
	spool->file = OpenTemporaryFile(spool->inter_transaction);
	if (!spool->inter_transaction)
	{
		spool->resource_owner = CurrentResourceOwner;
		dlist_push_tail(&transaction_spools, &spool->link);
	}
}

/* A file that its resource owner took away cannot be used again. */
static void
require_file(const PendoSpool *spool)
{
	if (spool->file == NO_FILE)
		elog(ERROR, "a spool outlived its temporary file");
}

static void
write_tail(PendoSpool *spool)
{
	size_t length = spool->size - spool->written;
	size_t done = 0;

	require_file(spool);
	while (done < length)
	{
		int n;

		CHECK_FOR_INTERRUPTS();
		errno = 0;
		n = FileWrite(spool->file, spool->tail + done, length - done,
					  spool->written - SPOOL_MEMORY + done,
					  WAIT_EVENT_BUFFILE_WRITE);
		if (n <= 0)
		{
			if (errno == 0)
				errno = ENOSPC;
			ereport(ERROR,
					(errcode_for_file_access(),
					 errmsg("could not write to temporary file \"%s\": %m",
							FilePathName(spool->file))));
		}
		done += n;
	}
	spool->written += length;
}

/* Append what fits into the memory; returns how much that was. */
static size_t
append_to_memory(PendoSpool *spool, const char *data, size_t length)
{
	if (spool->size >= SPOOL_MEMORY)
		return 0;
	length = Min(length, SPOOL_MEMORY - spool->size);
	if (spool->memory == NULL)
		spool->memory = MemoryContextAlloc(spool->context, SPOOL_MEMORY);
	memcpy(spool->memory + spool->size, data, length);
	spool->size += length;
	return length;
}

void
pendo_spool_append(PendoSpool *spool, const char *data, size_t length)
{
	size_t taken = append_to_memory(spool, data, length);

	data += taken;
	length -= taken;
	while (length > 0)
	{
		size_t piece;

		if (spool->file == NO_FILE && spool->size == SPOOL_MEMORY)
			open_file(spool);
		if (spool->size - spool->written == SPOOL_BUFFER)
			write_tail(spool);
		piece = Min(length, SPOOL_BUFFER - (spool->size - spool->written));
		memcpy(spool->tail + (spool->size - spool->written), data, piece);
		spool->size += piece;
		data += piece;
		length -= piece;
	}
}

/* Bring the bytes at "position", which is within the file, into "head". */
static void
fill_head(PendoSpool *spool)
{
	size_t wanted = Min(SPOOL_BUFFER, spool->written - spool->position);
	int n;

	require_file(spool);
	CHECK_FOR_INTERRUPTS();
	spool->head_length = 0;
	n = FileRead(spool->file, spool->head, wanted,
				 spool->position - SPOOL_MEMORY, WAIT_EVENT_BUFFILE_READ);
	if (n < 0)
		ereport(ERROR, (errcode_for_file_access(),
						errmsg("could not read from temporary file \"%s\": %m",
							   FilePathName(spool->file))));
	if (n == 0)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
						errmsg("temporary file \"%s\" is shorter than expected",
							   FilePathName(spool->file))));
	spool->head_start = spool->position;
	spool->head_length = n;
}

/* Where the byte at "position" is in memory, and how many follow it there. */
static const char *
locate(PendoSpool *spool, size_t *length)
{
	uint64 position = spool->position;

	if (position < SPOOL_MEMORY)
	{
		*length = Min(spool->size, SPOOL_MEMORY) - position;
		return spool->memory + position;
	}
	if (position >= spool->written)
	{
		*length = spool->size - position;
		return spool->tail + (position - spool->written);
	}
	if (position < spool->head_start ||
		position >= spool->head_start + spool->head_length)
		fill_head(spool);
	*length = spool->head_start + spool->head_length - position;
	return spool->head + (position - spool->head_start);
}

size_t
pendo_spool_read(PendoSpool *spool, char *into, size_t room)
{
	size_t done = 0;

	while (done < room && spool->position < spool->size)
	{
		size_t length;
		const char *from = locate(spool, &length);

		length = Min(length, room - done);
		memcpy(into + done, from, length);
		spool->position += length;
		done += length;
	}
	return done;
}

void
pendo_spool_rewind(PendoSpool *spool)
{
	spool->position = 0;
}

void
pendo_spool_reset(PendoSpool *spool)
{
	spool->size = 0;
	spool->position = 0;
	spool->written = SPOOL_MEMORY;
	spool->head_length = 0;
	if (spool->file != NO_FILE &&
		FileTruncate(spool->file, 0, WAIT_EVENT_BUFFILE_TRUNCATE) < 0)
		ereport(ERROR, (errcode_for_file_access(),
						errmsg("could not truncate temporary file \"%s\": %m",
							   FilePathName(spool->file))));
}

uint64
pendo_spool_size(const PendoSpool *spool)
{
	return spool->size;
}

uint64
pendo_spool_unread(const PendoSpool *spool)
{
	return spool->size - spool->position;
}
