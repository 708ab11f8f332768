/*-------------------------------------------------------------------------
 *
 * http/guard.c
 *	  Which URLs and addresses may be reached at all.
 *
 * A server's options are chosen by people who may be trusted less than the
 * machine is trusted by its neighbours.  So keys travel only over TLS, and
 * sockets go only to public addresses, unless the operator named the host in
 * a setting.  The address is judged where the socket is made, after the name
 * was resolved, so that a name that changes its mind gains nothing.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "http/libcurl.h"

#include "http/client.h"
#include "http/guard.h"
#include "settings.h"

/* A block of addresses that are not of the public Internet. */
typedef struct AddressBlock
{
	const char *network;
	int bits;
} AddressBlock;

/* RFC 6890 and the registry that keeps it current, except where noted. */
static const AddressBlock blocks_v4[] = {
	{"0.0.0.0", 8},		  /* "this network"; reaches this machine */
	{"10.0.0.0", 8},	  /* private */
	{"100.64.0.0", 10},	  /* behind a carrier's NAT */
	{"127.0.0.0", 8},	  /* loopback */
	{"169.254.0.0", 16},  /* link-local; clouds' metadata services */
	{"172.16.0.0", 12},	  /* private */
	{"192.0.0.0", 24},	  /* protocol assignments */
	{"192.0.2.0", 24},	  /* documentation */
	{"192.88.99.0", 24},  /* 6to4 relays, withdrawn */
	{"192.168.0.0", 16},  /* private */
	{"198.18.0.0", 15},	  /* benchmarks */
	{"198.51.100.0", 24}, /* documentation */
	{"203.0.113.0", 24},  /* documentation */
	{"224.0.0.0", 4},	  /* multicast */
	{"240.0.0.0", 4},	  /* reserved; broadcast */
};

static const AddressBlock blocks_v6[] = {
	{"::", 96},			  /* unspecified, loopback, v4-compatible */
	{"::ffff:0:0", 96},	  /* v4-mapped: a second spelling for IPv4 */
	{"::ffff:0:0:0", 96}, /* v4-translated */
	{"64:ff9b:1::", 48},  /* private NAT64 */
	{"100::", 64},		  /* discard */
	{"2001::", 23},		  /* protocol assignments; Teredo */
	{"2001:db8::", 32},	  /* documentation */
	{"2002::", 16},		  /* 6to4: carries any IPv4 address */
	{"3fff::", 20},		  /* documentation */
	{"5f00::", 16},		  /* segment routing */
	{"fc00::", 7},		  /* private */
	{"fe80::", 10},		  /* link-local */
	{"fec0::", 10},		  /* site-local, withdrawn */
	{"ff00::", 8},		  /* multicast */
};

/*
 * Networks without IPv4 reach the public IPv4 Internet through this prefix;
 * what follows it is judged as an IPv4 address.
 */
static const AddressBlock nat64 = {"64:ff9b::", 96};

static bool
in_block(int family, const unsigned char *address, const AddressBlock *block)
{
	unsigned char network[16];
	int whole = block->bits / 8;
	int rest = block->bits % 8;
	unsigned char mask = rest ? (unsigned char) (0xFF << (8 - rest)) : 0;

	if (inet_pton(family, block->network, network) != 1)
		return true; /* a mistake in the table shall not open it */
	if (memcmp(address, network, whole) != 0)
		return false;
	return rest == 0 || ((address[whole] ^ network[whole]) & mask) == 0;
}

static bool
is_public_v4(const unsigned char *address)
{
	for (int i = 0; i < lengthof(blocks_v4); i++)
	{
		if (in_block(AF_INET, address, &blocks_v4[i]))
			return false;
	}
	return true;
}

static bool
is_public_v6(const unsigned char *address)
{
	if (in_block(AF_INET6, address, &nat64))
		return is_public_v4(address + 12);
	for (int i = 0; i < lengthof(blocks_v6); i++)
	{
		if (in_block(AF_INET6, address, &blocks_v6[i]))
			return false;
	}
	return true;
}

bool
pendo_http_address_is_public(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return is_public_v4(
			(const unsigned char *) &((const struct sockaddr_in *) address)
				->sin_addr);
	if (address->sa_family == AF_INET6)
		return is_public_v6(
			(const unsigned char *) &((const struct sockaddr_in6 *) address)
				->sin6_addr);
	return false;
}

/* The address family that a text is written in, or -1. */
static int
text_family(const char *text, unsigned char *binary)
{
	if (inet_pton(AF_INET, text, binary) == 1)
		return AF_INET;
	if (inet_pton(AF_INET6, text, binary) == 1)
		return AF_INET6;
	return -1;
}

bool
pendo_http_text_is_public(const char *address)
{
	unsigned char binary[16];
	int family = text_family(address, binary);

	if (family == AF_INET)
		return is_public_v4(binary);
	return family == AF_INET6 && is_public_v6(binary);
}

bool
pendo_http_text_is_address(const char *host)
{
	unsigned char binary[16];

	return text_family(host, binary) != -1;
}

/* Drop brackets and a final dot. */
static void
trim_host(const char **host, size_t *length)
{
	if (*length >= 2 && (*host)[0] == '[' && (*host)[*length - 1] == ']')
	{
		(*host)++;
		*length -= 2;
	}
	if (*length > 1 && (*host)[*length - 1] == '.')
		(*length)--;
}

static bool
host_matches(const char *host, size_t host_length, const char *entry,
			 size_t length, bool below)
{
	if (length == 1 && entry[0] == '*')
		return true;
	trim_host(&entry, &length);
	if (length > 1 && entry[0] == '*' && entry[1] == '.')
	{
		entry++;
		length--;
	}
	if (length > 1 && entry[0] == '.')
		return host_length > length &&
			   pg_strncasecmp(host + host_length - length, entry, length) == 0;
	if (length == 0 || host_length < length ||
		pg_strncasecmp(host + host_length - length, entry, length) != 0)
		return false;
	return host_length == length ||
		   (below && host[host_length - length - 1] == '.');
}

bool
pendo_http_host_in_list(const char *host, const char *list, bool below)
{
	static const char separators[] = ", \t\r\n";
	size_t host_length = strlen(host);

	if (list == NULL)
		return false;
	trim_host(&host, &host_length);
	while (*list != '\0')
	{
		size_t length = strcspn(list, separators);

		if (length > 0 && host_matches(host, host_length, list, length, below))
			return true;
		list += length;
		list += strspn(list, separators);
	}
	return false;
}

/* One part of a URL, palloc'ed; NULL if absent. */
static char *
url_part(CURLU *url, CURLUPart part)
{
	char *text = NULL;
	char *copy = NULL;

	if (curl_url_get(url, part, &text, 0) == CURLUE_OK && text != NULL)
		copy = MemoryContextAllocExtended(CurrentMemoryContext,
										  strlen(text) + 1, MCXT_ALLOC_NO_OOM);
	if (copy != NULL)
		strcpy(copy, text);
	curl_free(text);
	return copy;
}

/* Parse a URL into scheme and host; says whether it names a user. */
static bool
split_url(const char *text, char **scheme, char **host, bool *has_user)
{
	CURLU *url = curl_url();

	*scheme = *host = NULL;
	*has_user = false;
	if (url != NULL && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK)
	{
		*scheme = url_part(url, CURLUPART_SCHEME);
		*host = url_part(url, CURLUPART_HOST);
		*has_user = url_part(url, CURLUPART_USER) != NULL ||
					url_part(url, CURLUPART_PASSWORD) != NULL;
	}
	curl_url_cleanup(url);
	return *scheme != NULL && *host != NULL && **host != '\0';
}

static char *
bare_host(const char *host)
{
	size_t length = strlen(host);

	trim_host(&host, &length);
	return pnstrdup(host, length);
}

static const char *
guard_url(const char *text, PendoHttpTarget *target)
{
	char *scheme;
	char *host;
	bool has_user;

	if (!split_url(text, &scheme, &host, &has_user))
		return "the URL cannot be parsed";
	target->host = bare_host(host);
	target->plain = pg_strcasecmp(scheme, "http") == 0;
	if (!target->plain && pg_strcasecmp(scheme, "https") != 0)
		return "only https URLs can be requested";
	if (has_user)
		return "the URL contains a user name or password";
	if (target->plain &&
		!pendo_http_host_in_list(target->host, pendo_http_plain_hosts, false))
		return psprintf("plain http to \"%s\" is not allowed: "
						"it is not in pendo_fdw.http_plain_hosts",
						target->host);
	return NULL;
}

static const char *
guard_proxy(const char *text, char **proxy_host)
{
	char *scheme;
	bool has_user;

	/* as libcurl has it, a proxy without a scheme is an http one */
	if (strstr(text, "://") == NULL)
		text = psprintf("http://%s", text);
	if (!split_url(text, &scheme, proxy_host, &has_user))
		return "the proxy's URL cannot be parsed";
	if (has_user)
		return "the proxy's URL contains a user name or password";
	if (pg_strcasecmp(scheme, "http") != 0 &&
		pg_strcasecmp(scheme, "https") != 0)
		return "the proxy's URL is neither http nor https";
	*proxy_host = bare_host(*proxy_host);
	return NULL;
}

const char *
pendo_http_guard_target(const struct PendoHttpSpec *spec,
						PendoHttpTarget *target)
{
	const PendoHttpRoute *route = spec->route;
	const char *problem = guard_url(spec->url, target);
	char *reached;

	if (problem != NULL)
		return problem;

	reached = target->host;
	target->via_proxy = route->proxy != NULL && route->proxy[0] != '\0' &&
						!pendo_http_host_in_list(target->host, route->no_proxy,
												 true);
	if (target->via_proxy)
	{
		problem = guard_proxy(route->proxy, &reached);
		if (problem != NULL)
			return problem;
	}
	target->private_allowed = pendo_http_host_in_list(reached,
													  pendo_http_private_hosts,
													  false);

	/* a proxy would connect to whatever address is written in the URL */
	if (pendo_http_text_is_address(target->host) &&
		!pendo_http_text_is_public(target->host) &&
		!pendo_http_host_in_list(target->host, pendo_http_private_hosts, false))
		return psprintf("the address %s is not public, and the host is not in "
						"pendo_fdw.http_private_hosts",
						target->host);
	return NULL;
}
