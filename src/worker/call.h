/*-------------------------------------------------------------------------
 *
 * worker/call.h
 *	  One statement as a client would send it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_WORKER_CALL_H
#define PENDO_WORKER_CALL_H

/*
 * Run a CALL whose procedure may commit.  A transaction is open, in no block
 * and with no snapshot; another one may be at the end.
 */
extern void pendo_call(const char *statement);

#endif /* PENDO_WORKER_CALL_H */
