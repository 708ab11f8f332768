/*-------------------------------------------------------------------------
 *
 * http/request.h
 *	  A request as the files of this folder see it.  Others use client.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_REQUEST_H
#define PENDO_HTTP_REQUEST_H

#include "http/libcurl.h"

#include "http/client.h"
#include "http/guard.h"
#include "lib/ilist.h"

/*
 * Room for a response's header fields.  Real answers need one or two kB; the
 * memory is touched only as far as it is used.
 */
#define PENDO_HTTP_HEADER_ROOM (64 * 1024)

/* What a request waits for; each phase has its own limit. */
typedef enum PendoHttpPhase
{
	PENDO_PHASE_CONNECT, /* DNS, TCP, proxy, TLS */
	PENDO_PHASE_FIRST_BYTE,
	PENDO_PHASE_BODY
} PendoHttpPhase;

#define PENDO_PHASE_COUNT 3

struct PendoHttpRequest
{
	dlist_node link;	   /* in the list of this backend's requests */
	MemoryContext context; /* holds all of this; a child of the owner's */
	MemoryContextCallback release;

	/* libcurl's objects; NULL once the request has ended */
	CURL *easy;
	struct curl_slist *headers;
	char *secret; /* the line within "headers" to be wiped */
	bool added;	  /* to the multi handle */
	char error[CURL_ERROR_SIZE];

	PendoHttpTarget target;
	PendoHttpState state;
	PendoHttpOutcome outcome;
	char issuer[512];

	/* set by callbacks, which cannot raise: what ended the transfer */
	PendoHttpResult failure;
	char failure_text[256];
	bool is_stale;		  /* the kept connection had ended; nothing was sent */
	bool address_refused; /* at least one, see failure_text */
	bool socket_opened;	  /* at least one address was allowed */

	/* time, in microseconds */
	PendoHttpPhase phase;
	int64 started_at;
	int64 idle; /* waited for in this phase without a sign */
	int64 limit[PENDO_PHASE_COUNT]; /* 0: none */

	/* the response's header: name, NUL, value, NUL, … */
	char *header;
	size_t header_length;
	bool header_complete;
	int status; /* of the header being read */

	/* the body: bytes from "taken" to "filled" wait for the owner */
	char *buffer;
	size_t buffer_size;
	size_t taken;
	size_t filled;
	uint64 max_body;

	/* where its bytes go during pendo_http_wait_into(), NULL otherwise */
	char *sink;
	size_t sink_room;
	size_t sunk;
	bool paused;
	bool want_certificate;
};

/* callbacks.c: what libcurl calls; none of it allocates or raises */
extern size_t
pendo_http_on_body(char *data, size_t size, size_t count, void *request);
extern size_t
pendo_http_on_header(char *data, size_t size, size_t count, void *request);
extern int pendo_http_on_request(void *request, char *peer, char *local,
								 int peer_port, int local_port);
extern curl_socket_t
pendo_http_on_open_socket(void *request, curlsocktype purpose,
						  struct curl_sockaddr *address);
extern int pendo_http_on_close_socket(void *unused, curl_socket_t socket);

/* transfer.c: an easy handle made from a specification */
extern void pendo_http_transfer_prepare(PendoHttpRequest *request,
										const PendoHttpSpec *spec);
extern void pendo_http_transfer_release(PendoHttpRequest *request);
extern void pendo_http_transfer_forget_secret(PendoHttpRequest *request);

/* outcome.c: what a transfer's end means */
extern void pendo_http_outcome_fill(PendoHttpRequest *request, CURLcode code);
extern void
pendo_http_outcome_message(PendoHttpRequest *request, const char *text);

/* multi.c: the backend's multi handle and its waits */
extern void
pendo_http_multi_prepare(const PendoHttpRoute *route,
						 const PendoHttpTarget *target, bool *shared);
extern void pendo_http_multi_add(PendoHttpRequest *request);
extern void pendo_http_multi_remove(PendoHttpRequest *request);
extern void pendo_http_multi_list(PendoHttpRequest *request);
extern void pendo_http_multi_notice(void);

/* Connections, from their beginning to their end; none of it raises. */
extern void pendo_http_multi_opened(curl_socket_t fd);
extern void pendo_http_multi_closed(curl_socket_t fd);

/* The connection from this local port; CURL_SOCKET_BAD if it is not known. */
extern curl_socket_t pendo_http_multi_connection(int port);

#endif /* PENDO_HTTP_REQUEST_H */
