/*-------------------------------------------------------------------------
 *
 * http/transfer.c
 *	  An easy handle of libcurl made from a specification.
 *
 * Every option is checked: one that this libcurl does not know must not be
 * missing in silence.  What is set in the environment, in files of the user's
 * home, or by default in libcurl is never relied on.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>

#include "http/request.h"

#define USER_AGENT "pendo_fdw/" PENDO_FDW_VERSION " (PostgreSQL " PG_VERSION ")"

/*
 * Read from the socket in pieces of this size, the most that every libcurl
 * takes.  Without TLS it saves a tenth of a scan against half of it: each
 * piece read makes the kernel tell the sender that there is room.
 */
#define READ_SIZE (512 * 1024L)

/* libcurl's answer to "any error" in an option that we must have. */
static void
check(CURLcode code, CURLoption option)
{
	if (code == CURLE_OK)
		return;
	ereport(ERROR, (errcode(code == CURLE_OUT_OF_MEMORY ? ERRCODE_OUT_OF_MEMORY
														: ERRCODE_FDW_ERROR),
					errmsg("could not prepare an HTTP request"),
					errdetail("libcurl refuses option %d: %s.", (int) option,
							  curl_easy_strerror(code))));
}

static void
set_number(CURL *easy, CURLoption option, long value)
{
	check(curl_easy_setopt(easy, option, value), option);
}

static void
set_size(CURL *easy, CURLoption option, curl_off_t value)
{
	check(curl_easy_setopt(easy, option, value), option);
}

static void
set_text(CURL *easy, CURLoption option, const char *value)
{
	check(curl_easy_setopt(easy, option, value), option);
}

static void
set_pointer(CURL *easy, CURLoption option, const void *value)
{
	check(curl_easy_setopt(easy, option, value), option);
}

static bool
is_given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* Refuse what would end a header line early or hide in a log. */
static void
check_line(const char *text, const char *what)
{
	for (const unsigned char *c = (const unsigned char *) text; *c != '\0'; c++)
	{
		if (*c < ' ' && *c != '\t')
			ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
							errmsg("%s contains a control character", what)));
		if (*c == 0x7F)
			ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
							errmsg("%s contains a control character", what)));
	}
}

static void
check_spec(const PendoHttpSpec *spec)
{
	ListCell *cell;

	if (spec->url == NULL || spec->method == NULL || spec->route == NULL)
		elog(ERROR, "incomplete HTTP request");
	check_line(spec->url, "the URL of an HTTP request");
	check_line(spec->method, "the method of an HTTP request");
	foreach(cell, spec->headers)
		check_line(lfirst(cell), "a header field of an HTTP request");
	if (spec->secret != NULL)
		check_line(spec->secret, "the key of the remote system");
	if (spec->route->proxy_user != NULL)
		check_line(spec->route->proxy_user, "the proxy's user name");
	if (spec->route->proxy_password != NULL)
		check_line(spec->route->proxy_password, "the proxy's password");
}

static void
add_header(PendoHttpRequest *request, const char *line)
{
	struct curl_slist *longer = curl_slist_append(request->headers, line);

	if (longer == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	request->headers = longer;
}

static void
add_secret(PendoHttpRequest *request, const PendoHttpSpec *spec)
{
	size_t room = strlen(spec->secret_header) + strlen(spec->secret) + 3;
	char *line = palloc(room);
	struct curl_slist *longer;
	struct curl_slist *last;

	snprintf(line, room, "%s: %s", spec->secret_header, spec->secret);
	longer = curl_slist_append(request->headers, line);
	explicit_bzero(line, room);
	pfree(line);
	if (longer == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	request->headers = longer;
	for (last = longer; last->next != NULL; last = last->next)
		/* the secret was appended last */;
	request->secret = last->data;
}

static void
set_headers(PendoHttpRequest *request, const PendoHttpSpec *spec)
{
	ListCell *cell;

	foreach(cell, spec->headers)
		add_header(request, lfirst(cell));
	if (spec->accept_gzip)
		add_header(request, "Accept-Encoding: gzip");
	add_header(request, "Expect:"); /* never wait for "100 Continue" */
	if (spec->secret != NULL)
		add_secret(request, spec);
	set_pointer(request->easy, CURLOPT_HTTPHEADER, request->headers);
	set_number(request->easy, CURLOPT_HEADEROPT, CURLHEADER_SEPARATE);
	set_text(request->easy, CURLOPT_USERAGENT, USER_AGENT);
}

static void
set_method(CURL *easy, const PendoHttpSpec *spec)
{
	if (spec->body != NULL)
	{
		set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, spec->body_length);
		set_pointer(easy, CURLOPT_COPYPOSTFIELDS, spec->body);
	}
	else if (strcmp(spec->method, "POST") == 0)
	{
		set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, 0);
		set_pointer(easy, CURLOPT_COPYPOSTFIELDS, "");
	}
	else if (strcmp(spec->method, "HEAD") == 0)
		set_number(easy, CURLOPT_NOBODY, 1);
	else
		set_number(easy, CURLOPT_HTTPGET, 1);
	set_text(easy, CURLOPT_CUSTOMREQUEST, spec->method);
}

/*
 * Both proxy options are set always, else libcurl asks the environment.  All
 * goes through a tunnel, plain http too, so that the proxy never sees a key
 * and its own answers cannot be taken for the remote system's.
 */
static void
set_proxy(PendoHttpRequest *request, const PendoHttpRoute *route)
{
	CURL *easy = request->easy;

	set_text(easy, CURLOPT_PROXY,
			 request->target.via_proxy ? route->proxy : "");
	set_text(easy, CURLOPT_NOPROXY, "");
	if (!request->target.via_proxy)
		return;
	set_number(easy, CURLOPT_HTTPPROXYTUNNEL, 1);
	set_number(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
	set_number(easy, CURLOPT_PROXYAUTH, (long) CURLAUTH_BASIC);
	if (is_given(route->proxy_user))
		set_text(easy, CURLOPT_PROXYUSERNAME, route->proxy_user);
	if (is_given(route->proxy_password))
		set_text(easy, CURLOPT_PROXYPASSWORD, route->proxy_password);
	set_number(easy, CURLOPT_PROXY_SSL_VERIFYPEER, 1);
	set_number(easy, CURLOPT_PROXY_SSL_VERIFYHOST, 2);
	set_number(easy, CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
}

/* A CA file replaces the operating system's authorities, it adds none. */
static void
set_tls(PendoHttpRequest *request, const PendoHttpRoute *route)
{
	CURL *easy = request->easy;

	set_number(easy, CURLOPT_SSL_VERIFYPEER, 1);
	set_number(easy, CURLOPT_SSL_VERIFYHOST, 2);
	set_number(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	set_number(easy, CURLOPT_CA_CACHE_TIMEOUT, 60);
	if (is_given(route->ca_file))
	{
		set_text(easy, CURLOPT_CAINFO, route->ca_file);
		set_text(easy, CURLOPT_CAPATH, NULL);
		if (request->target.via_proxy)
		{
			set_text(easy, CURLOPT_PROXY_CAINFO, route->ca_file);
			set_text(easy, CURLOPT_PROXY_CAPATH, NULL);
		}
	}
	if (request->want_certificate)
		set_number(easy, CURLOPT_CERTINFO, 1);
}

static void
set_connection(PendoHttpRequest *request, const PendoHttpRoute *route)
{
	CURL *easy = request->easy;
	static const long families[] = {
		[PENDO_IP_ANY] = CURL_IPRESOLVE_WHATEVER,
		[PENDO_IP_V4] = CURL_IPRESOLVE_V4,
		[PENDO_IP_V6] = CURL_IPRESOLVE_V6,
	};

	/*
	 * libcurl divides its connect timeout among the addresses of a host, so
	 * it gets the real one, although its clock also runs while nobody waits;
	 * see restart_if_early() in multi.c.
	 */
	set_number(easy, CURLOPT_CONNECTTIMEOUT_MS,
			   route->connect_timeout > 0 ? route->connect_timeout : INT_MAX);
	set_number(easy, CURLOPT_TIMEOUT_MS, 0);
	set_number(easy, CURLOPT_IPRESOLVE, families[route->ip_family]);
	set_number(easy, CURLOPT_NOSIGNAL, 1);
	set_number(easy, CURLOPT_QUICK_EXIT, 1);
	set_number(easy, CURLOPT_TCP_KEEPALIVE, 1);
	set_text(easy, CURLOPT_PROTOCOLS_STR,
			 request->target.plain ? "http" : "https");
	set_number(easy, CURLOPT_FOLLOWLOCATION, 0);
	set_number(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	set_number(easy, CURLOPT_HTTP_CONTENT_DECODING, 0);
	set_number(easy, CURLOPT_NETRC, CURL_NETRC_IGNORED);
	set_number(easy, CURLOPT_BUFFERSIZE,
			   (long) Min(READ_SIZE, request->buffer_size));
}

static void
set_callbacks(PendoHttpRequest *request)
{
	CURL *easy = request->easy;

	set_pointer(easy, CURLOPT_PRIVATE, request);
	set_pointer(easy, CURLOPT_ERRORBUFFER, request->error);
	set_number(easy, CURLOPT_NOPROGRESS, 1);
	check(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, pendo_http_on_body),
		  CURLOPT_WRITEFUNCTION);
	set_pointer(easy, CURLOPT_WRITEDATA, request);
	check(curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, pendo_http_on_header),
		  CURLOPT_HEADERFUNCTION);
	set_pointer(easy, CURLOPT_HEADERDATA, request);
	check(curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, pendo_http_on_request),
		  CURLOPT_PREREQFUNCTION);
	set_pointer(easy, CURLOPT_PREREQDATA, request);
	check(curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION,
						   pendo_http_on_open_socket),
		  CURLOPT_OPENSOCKETFUNCTION);
	set_pointer(easy, CURLOPT_OPENSOCKETDATA, request);
	check(curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION,
						   pendo_http_on_close_socket),
		  CURLOPT_CLOSESOCKETFUNCTION);
	set_pointer(easy, CURLOPT_CLOSESOCKETDATA, NULL);
}

/*
 * Make the easy handle.  Raises an error if the specification is unusable or
 * memory runs out; what was made until then goes with the request.
 */
void
pendo_http_transfer_prepare(PendoHttpRequest *request,
							const PendoHttpSpec *spec)
{
	bool shared;

	check_spec(spec);
	pendo_http_multi_prepare(spec->route, &request->target, &shared);
	request->easy = curl_easy_init();
	if (request->easy == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	set_callbacks(request);
	set_connection(request, spec->route);
	set_proxy(request, spec->route);
	set_tls(request, spec->route);
	set_text(request->easy, CURLOPT_URL, spec->url);
	set_method(request->easy, spec);
	set_headers(request, spec);
	if (spec->max_body > 0 && spec->max_body <= PG_INT64_MAX)
		set_size(request->easy, CURLOPT_MAXFILESIZE_LARGE, spec->max_body);
	if (!shared || spec->want_certificate)
		set_number(request->easy, CURLOPT_FRESH_CONNECT, 1);
	if (!shared)
		set_number(request->easy, CURLOPT_FORBID_REUSE, 1);
}

/*
 * Overwrite our copy of the secret.  libcurl reads the list when it sends the
 * request; so this is for after the first byte of an answer.
 */
void
pendo_http_transfer_forget_secret(PendoHttpRequest *request)
{
	if (request->secret == NULL)
		return;
	explicit_bzero(request->secret, strlen(request->secret));
	request->secret = NULL;
}

/* Free libcurl's objects; the handle is no longer in the multi handle. */
void
pendo_http_transfer_release(PendoHttpRequest *request)
{
	if (request->easy != NULL)
		curl_easy_cleanup(request->easy);
	request->easy = NULL;
	pendo_http_transfer_forget_secret(request);
	curl_slist_free_all(request->headers);
	request->headers = NULL;
}
