/*-------------------------------------------------------------------------
 *
 * http/spool.h
 *	  Bytes set aside in a temporary file until they are wanted.
 *
 * A spool is appended to at its end and read from its beginning, by turns if
 * need be.  The first SPOOL_MEMORY bytes stay in memory, so that a small
 * answer makes no file.  temp_file_limit applies.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_SPOOL_H
#define PENDO_HTTP_SPOOL_H

typedef struct PendoSpool PendoSpool;

/*
 * Belongs to "owner".  With "inter_transaction" the file outlives the
 * transaction, else it also goes with the current resource owner.
 */
extern PendoSpool *
pendo_spool_create(MemoryContext owner, bool inter_transaction);
extern void pendo_spool_free(PendoSpool *spool);

extern void
pendo_spool_append(PendoSpool *spool, const char *data, size_t length);

/* Next bytes not read yet; 0 when all that was appended has been read. */
extern size_t pendo_spool_read(PendoSpool *spool, char *into, size_t room);

/* Read from the beginning again. */
extern void pendo_spool_rewind(PendoSpool *spool);

/* Forget everything appended; the file is truncated. */
extern void pendo_spool_reset(PendoSpool *spool);

extern uint64 pendo_spool_size(const PendoSpool *spool);
extern uint64 pendo_spool_unread(const PendoSpool *spool);

#endif /* PENDO_HTTP_SPOOL_H */
