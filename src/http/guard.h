/*-------------------------------------------------------------------------
 *
 * http/guard.h
 *	  Which URLs and addresses may be reached at all.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_HTTP_GUARD_H
#define PENDO_HTTP_GUARD_H

struct sockaddr;
struct PendoHttpSpec;

/* What the guard made of a request's URL and route. */
typedef struct PendoHttpTarget
{
	char *host; /* of the URL, without brackets */
	bool plain; /* http, not https */
	bool via_proxy;
	bool private_allowed; /* the socket may go to a private address */
} PendoHttpTarget;

/*
 * Judge a request by its URL and route.  NULL if it may be sent, else a
 * sentence saying why not.  Strings are palloc'ed.
 */
extern const char *pendo_http_guard_target(const struct PendoHttpSpec *spec,
										   PendoHttpTarget *target);

/*
 * Is this an address of the public Internet?  Loopback, private, link-local,
 * shared (CGNAT), multicast, unspecified, documentation and transition
 * addresses are not.  Safe inside libcurl's callbacks.
 */
extern bool pendo_http_address_is_public(const struct sockaddr *address);

/* The same for an address as text; false for what is no address. */
extern bool pendo_http_text_is_public(const char *address);

/* Is it an IPv4 or IPv6 address as text? */
extern bool pendo_http_text_is_address(const char *host);

/*
 * Is "host" in a comma-separated list?  Case, a final dot and brackets do not
 * matter; "*.example.com" and ".example.com" stand for every name below
 * example.com, "*" for all.  With "below", plain names include those below
 * them, as is usual for no_proxy.  Safe inside libcurl's callbacks.
 */
extern bool
pendo_http_host_in_list(const char *host, const char *list, bool below);

#endif /* PENDO_HTTP_GUARD_H */
