/*-------------------------------------------------------------------------
 *
 * http/multi.h
 *	  The backend's multi handle, for multi.c and wait.c alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_MULTI_H
#define PENDO_HTTP_MULTI_H

#include <signal.h>

#include "http/request.h"

typedef struct PendoHttpSocket
{
	curl_socket_t fd;
	uint32 events; /* WL_SOCKET_* */
} PendoHttpSocket;

typedef struct PendoHttpMulti
{
	CURLM *handle;			  /* NULL before the first use */
	bool busy;				  /* libcurl is at work; if found so, discard it */
	bool news;				  /* something to tell the next waiter */
	int64 timer;			  /* when libcurl wants to be called; -1: never */
	uint64 identity;		  /* of the proxy user of kept connections */
	dlist_head requests;	  /* all that have not ended */
	int request_count;		  /* how many they are */
	int most_requests;		  /* and were, since there was none */
	PendoHttpSocket *sockets; /* malloc'ed: it grows within a callback */
	int socket_count;
	int socket_room;
	sigset_t saved_mask;
} PendoHttpMulti;

extern PendoHttpMulti pendo_multi;

/* Around every call that may do work; nothing between the two may raise. */
extern void pendo_http_multi_enter(void);
extern void pendo_http_multi_leave(void);

/* Give up a handle that an error was thrown across. */
extern void pendo_http_multi_discard(void);

/* End a request, by libcurl's result or by its own failure. */
extern void pendo_http_multi_finish(PendoHttpRequest *request, CURLcode code);

#endif /* PENDO_HTTP_MULTI_H */
