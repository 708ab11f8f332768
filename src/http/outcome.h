/*-------------------------------------------------------------------------
 *
 * http/outcome.h
 *	  How a request ended, or where it stands.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_OUTCOME_H
#define PENDO_HTTP_OUTCOME_H

/* Why a request has no complete answer; the order is that of its phases. */
typedef enum PendoHttpResult
{
	PENDO_HTTP_OK,
	PENDO_HTTP_REFUSED_URL, /* plain http or private address not allowed */
	PENDO_HTTP_PROXY,		/* the proxy cannot be reached or says no */
	PENDO_HTTP_DNS,
	PENDO_HTTP_CONNECT,
	PENDO_HTTP_TLS,
	PENDO_HTTP_CONNECT_TIMEOUT,
	PENDO_HTTP_FIRST_BYTE_TIMEOUT,
	PENDO_HTTP_STALLED,
	PENDO_HTTP_CUT, /* connection lost before the body's end */
	PENDO_HTTP_TOO_LARGE,
	PENDO_HTTP_PROTOCOL /* not HTTP, bad encoding, other */
} PendoHttpResult;

/* All that is known of a request's end or present state. */
typedef struct PendoHttpOutcome
{
	PendoHttpResult result;
	int status;			 /* 0 before the header was read */
	char message[256];	 /* libcurl's own words, cleaned */
	char peer[64];		 /* address that answered */
	bool from_proxy;	 /* the answer is the proxy's own */
	bool is_limited;	 /* a limit is used up, whatever the status says */
	bool lost_kept;		 /* a kept connection ended before an answer */
	char *issuer;		 /* of the certificate, if asked for; palloc'ed */
	uint64 bytes;		 /* of the body on the wire so far */
	int64 first_byte_us; /* from start, -1 before it */
	int64 total_us;
	bool new_connection;
} PendoHttpOutcome;

/* A word for it, as SQL shows it. */
extern const char *pendo_http_result_name(PendoHttpResult result);

#endif /* PENDO_HTTP_OUTCOME_H */
