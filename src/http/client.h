/*-------------------------------------------------------------------------
 *
 * http/client.h
 *	  HTTP requests on libcurl's multi interface, driven by a latch.
 *
 * One multi handle serves a backend: it is made on first use, lives as long
 * as the backend, and keeps connections open between statements.  Requests
 * are started, then progress only inside pendo_http_wait(), which waits for
 * the latch, postmaster death and the sockets of every request at once.  A
 * request's body is collected in a buffer of fixed size; when that is full
 * the transfer is paused until the owner has read from it, so that a slow
 * reader slows the sender and memory stays flat.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_CLIENT_H
#define PENDO_HTTP_CLIENT_H

#include "http/outcome.h"
#include "nodes/pg_list.h"

/* Which address families may be used. */
typedef enum PendoIpFamily
{
	PENDO_IP_ANY,
	PENDO_IP_V4,
	PENDO_IP_V6
} PendoIpFamily;

/*
 * How to reach a remote system, from server options and settings.  NULL or 0
 * stands for "none" or the default.  Strings outlive the requests.
 */
typedef struct PendoHttpRoute
{
	const char *proxy; /* URL of the proxy, without credentials */
	const char *proxy_user;
	const char *proxy_password; /* secret */
	const char *no_proxy;		/* comma-separated hosts reached directly */
	const char *ca_file;		/* PEM file of trusted authorities */
	PendoIpFamily ip_family;
	int connect_timeout;	/* ms, DNS and TLS included */
	int first_byte_timeout; /* ms from request sent to first byte */
	int stall_timeout;		/* ms without a byte of the body */
} PendoHttpRoute;

/* One request. */
typedef struct PendoHttpSpec
{
	const char *method; /* "GET", "POST", … */
	const char *url;
	const PendoHttpRoute *route;
	List *headers;			   /* of char *, "Name: value", nothing secret */
	const char *secret_header; /* name of the header that carries the key */
	const char *secret;		   /* its value, or NULL */
	const char *body;		   /* NULL for none; may be freed after start */
	size_t body_length;
	uint64 max_body;	/* bytes on the wire; 0: no limit */
	size_t buffer_size; /* of the body buffer; 0: the default */
	bool accept_gzip;
	bool want_certificate; /* collect the peer's issuer, for a check */
} PendoHttpSpec;

/* Where a request stands. */
typedef enum PendoHttpState
{
	PENDO_HTTP_RUNNING, /* no complete answer yet */
	PENDO_HTTP_DONE,	/* answered in full, whatever the status */
	PENDO_HTTP_FAILED	/* see pendo_http_request_outcome() */
} PendoHttpState;

typedef struct PendoHttpRequest PendoHttpRequest;

/*
 * Start one request; nothing is sent before the first pendo_http_wait().
 * The result belongs to "owner": when that context is reset, by success or by
 * error, the transfer is dropped and its socket closed.  Errors: only out of
 * memory and an unusable specification; what the network does is told by the
 * state.
 */
extern PendoHttpRequest *
pendo_http_request_start(MemoryContext owner, const PendoHttpSpec *spec);

/* Drop a request before its owner goes; NULL is allowed. */
extern void pendo_http_request_drop(PendoHttpRequest *request);

/*
 * Let every request of this backend progress: wait until one did something,
 * the latch was set, or "timeout" ms passed (-1: no limit); look for interrupts.
 * With a timeout of 0 the latch and postmaster death are left to the next wait.
 * Raises no error of the network.  Look at all requests of interest before
 * each wait: their news may have ended somebody else's.
 */
extern void pendo_http_wait(long timeout);

/*
 * Likewise, but bytes of this request's body that arrive meanwhile go straight
 * to "into", as far as there is room, if none wait already.  Returns how many
 * did so; pendo_http_request_read() gives those that came after them.
 */
extern size_t pendo_http_wait_into(PendoHttpRequest *request, char *into,
								   size_t room, long timeout);

extern PendoHttpState pendo_http_request_state(const PendoHttpRequest *request);
extern const PendoHttpOutcome *
pendo_http_request_outcome(PendoHttpRequest *request);

/* HTTP status, 0 until the final header (not 1xx, not a proxy's) is complete. */
extern int pendo_http_request_status(const PendoHttpRequest *request);

/* Value of a response header, NULL if absent; names are case-insensitive. */
extern const char *
pendo_http_request_header(const PendoHttpRequest *request, const char *name);

/*
 * Take up to "room" bytes of the body as received (still compressed); 0 when
 * none are waiting now, which with state DONE is the end.  A paused transfer
 * goes on at the next pendo_http_wait().
 */
extern size_t
pendo_http_request_read(PendoHttpRequest *request, char *into, size_t room);

/* Bytes that pendo_http_request_read() could give now. */
extern size_t pendo_http_request_waiting(const PendoHttpRequest *request);

/*
 * Give back the buffer of a request that is DONE and whose body was read to
 * its end; state, outcome and header stay.
 */
extern void pendo_http_request_shed(PendoHttpRequest *request);

/* Percent-encode a path segment or query value (RFC 3986); palloc'ed. */
extern char *pendo_http_escape(const char *text);

#endif /* PENDO_HTTP_CLIENT_H */
