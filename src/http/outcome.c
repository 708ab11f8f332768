/*-------------------------------------------------------------------------
 *
 * http/outcome.c
 *	  What the end of a transfer means.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/request.h"

#include "http/clock.h"

/* What libcurl's result stands for, before and after the request was sent. */
typedef struct CodeMeaning
{
	CURLcode code;
	PendoHttpResult connecting;
	PendoHttpResult later;
} CodeMeaning;

/*
 * What is not listed is PENDO_HTTP_PROTOCOL.  A connection that ends during
 * the handshake has no certificate at fault: see lost_in_handshake().
 */
static const CodeMeaning meanings[] = {
	{CURLE_UNSUPPORTED_PROTOCOL, PENDO_HTTP_REFUSED_URL, PENDO_HTTP_PROTOCOL},
	{CURLE_URL_MALFORMAT, PENDO_HTTP_REFUSED_URL, PENDO_HTTP_PROTOCOL},
	{CURLE_COULDNT_RESOLVE_PROXY, PENDO_HTTP_PROXY, PENDO_HTTP_PROXY},
	{CURLE_PROXY, PENDO_HTTP_PROXY, PENDO_HTTP_PROXY},
	{CURLE_COULDNT_RESOLVE_HOST, PENDO_HTTP_DNS, PENDO_HTTP_DNS},
	{CURLE_COULDNT_CONNECT, PENDO_HTTP_CONNECT, PENDO_HTTP_CUT},
	{CURLE_INTERFACE_FAILED, PENDO_HTTP_CONNECT, PENDO_HTTP_CONNECT},
	{CURLE_SSL_CONNECT_ERROR, PENDO_HTTP_TLS, PENDO_HTTP_CUT},
	{CURLE_PEER_FAILED_VERIFICATION, PENDO_HTTP_TLS, PENDO_HTTP_TLS},
	{CURLE_SSL_CACERT_BADFILE, PENDO_HTTP_TLS, PENDO_HTTP_TLS},
	{CURLE_SSL_CERTPROBLEM, PENDO_HTTP_TLS, PENDO_HTTP_TLS},
	{CURLE_SSL_CIPHER, PENDO_HTTP_TLS, PENDO_HTTP_TLS},
	{CURLE_SSL_CRL_BADFILE, PENDO_HTTP_TLS, PENDO_HTTP_TLS},
	{CURLE_SSL_ENGINE_NOTFOUND, PENDO_HTTP_TLS, PENDO_HTTP_TLS},
	{CURLE_SSL_INVALIDCERTSTATUS, PENDO_HTTP_TLS, PENDO_HTTP_TLS},
	{CURLE_SSL_ISSUER_ERROR, PENDO_HTTP_TLS, PENDO_HTTP_TLS},
	{CURLE_OPERATION_TIMEDOUT, PENDO_HTTP_CONNECT_TIMEOUT, PENDO_HTTP_STALLED},
	{CURLE_FILESIZE_EXCEEDED, PENDO_HTTP_TOO_LARGE, PENDO_HTTP_TOO_LARGE},
	{CURLE_GOT_NOTHING, PENDO_HTTP_CONNECT, PENDO_HTTP_CUT},
	{CURLE_PARTIAL_FILE, PENDO_HTTP_CUT, PENDO_HTTP_CUT},
	{CURLE_RECV_ERROR, PENDO_HTTP_CONNECT, PENDO_HTTP_CUT},
	{CURLE_SEND_ERROR, PENDO_HTTP_CONNECT, PENDO_HTTP_CUT},
	{CURLE_SEND_FAIL_REWIND, PENDO_HTTP_CUT, PENDO_HTTP_CUT},
};

/*
 * Did the connection end during the handshake, rather than the handshake
 * fail?  libcurl tells only by its text; a text unknown here is taken for a
 * failure, which is reported sooner.
 */
static bool
lost_in_handshake(CURLcode code, const char *text)
{
	return code == CURLE_SSL_CONNECT_ERROR &&
		   (strstr(text, "SSL_ERROR_SYSCALL") != NULL ||
			strstr(text, "unexpected eof") != NULL ||
			strstr(text, "reset by peer") != NULL);
}

static PendoHttpResult
result_of(const PendoHttpRequest *request, CURLcode code)
{
	bool connecting = request->phase == PENDO_PHASE_CONNECT;

	if (request->failure != PENDO_HTTP_OK)
		return request->failure;
	if (code == CURLE_OK)
		return PENDO_HTTP_OK;
	if (request->address_refused && !request->socket_opened)
		return PENDO_HTTP_REFUSED_URL;
	if (lost_in_handshake(code, request->error))
		return PENDO_HTTP_CONNECT;
	for (int i = 0; i < lengthof(meanings); i++)
	{
		if (meanings[i].code == code)
			return connecting ? meanings[i].connecting : meanings[i].later;
	}
	return PENDO_HTTP_PROTOCOL;
}

/* Did the proxy fail us, or answer in the remote system's stead? */
static void
look_at_proxy(PendoHttpRequest *request)
{
	PendoHttpOutcome *outcome = &request->outcome;
	long status = 0;

	if (request->easy != NULL)
		curl_easy_getinfo(request->easy, CURLINFO_HTTP_CONNECTCODE, &status);
	if (status != 0 && (status < 200 || status > 299))
	{
		outcome->result = PENDO_HTTP_PROXY;
		outcome->status = (int) status;
		outcome->from_proxy = true;
	}
	else if (outcome->result == PENDO_HTTP_CONNECT && status == 0)
		outcome->result = PENDO_HTTP_PROXY;
}

/* Keep the issuer's name, from the first certificate of the chain. */
static void
look_at_certificate(PendoHttpRequest *request)
{
	static const char field[] = "Issuer:";
	struct curl_certinfo *chain = NULL;
	struct curl_slist *line;

	if (curl_easy_getinfo(request->easy, CURLINFO_CERTINFO, &chain) !=
			CURLE_OK ||
		chain == NULL || chain->num_of_certs < 1)
		return;
	for (line = chain->certinfo[0]; line != NULL; line = line->next)
	{
		if (strncmp(line->data, field, strlen(field)) == 0)
		{
			strlcpy(request->issuer, line->data + strlen(field),
					sizeof(request->issuer));
			request->outcome.issuer = request->issuer;
			return;
		}
	}
}

/* Keep a text for messages: printable ASCII alone, whoever it came from. */
void
pendo_http_outcome_message(PendoHttpRequest *request, const char *text)
{
	char *to = request->outcome.message;

	strlcpy(to, text, sizeof(request->outcome.message));
	for (; *to != '\0'; to++)
	{
		if (*to < ' ' || *to > '~')
			*to = (*to == '\n' || *to == '\t') ? ' ' : '?';
	}
}

void
pendo_http_outcome_fill(PendoHttpRequest *request, CURLcode code)
{
	PendoHttpOutcome *outcome = &request->outcome;
	long connects = 0;

	outcome->result = result_of(request, code);
	outcome->total_us = pendo_monotonic_us() - request->started_at;
	if (request->header_complete)
		outcome->status = request->status;
	if (request->easy != NULL)
	{
		curl_easy_getinfo(request->easy, CURLINFO_NUM_CONNECTS, &connects);
		outcome->new_connection = connects > 0;
		if (request->want_certificate)
			look_at_certificate(request);
	}
	if (request->target.via_proxy && request->failure == PENDO_HTTP_OK &&
		request->phase == PENDO_PHASE_CONNECT)
		look_at_proxy(request);

	if (outcome->result == PENDO_HTTP_OK)
		return;
	if (request->failure_text[0] != '\0' &&
		(request->failure != PENDO_HTTP_OK ||
		 outcome->result == PENDO_HTTP_REFUSED_URL))
		pendo_http_outcome_message(request, request->failure_text);
	else if (request->error[0] != '\0')
		pendo_http_outcome_message(request, request->error);
	else
		pendo_http_outcome_message(request, curl_easy_strerror(code));
}

const char *
pendo_http_result_name(PendoHttpResult result)
{
	static const char *const names[] = {
		[PENDO_HTTP_OK] = "ok",
		[PENDO_HTTP_REFUSED_URL] = "refused_url",
		[PENDO_HTTP_PROXY] = "proxy",
		[PENDO_HTTP_DNS] = "dns",
		[PENDO_HTTP_CONNECT] = "connect",
		[PENDO_HTTP_TLS] = "tls",
		[PENDO_HTTP_CONNECT_TIMEOUT] = "connect_timeout",
		[PENDO_HTTP_FIRST_BYTE_TIMEOUT] = "first_byte_timeout",
		[PENDO_HTTP_STALLED] = "stalled",
		[PENDO_HTTP_CUT] = "cut",
		[PENDO_HTTP_TOO_LARGE] = "too_large",
		[PENDO_HTTP_PROTOCOL] = "protocol",
	};

	return names[result];
}
