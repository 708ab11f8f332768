/*-------------------------------------------------------------------------
 *
 * test/unit/http_guard_test.c
 *	  Which addresses are public, and which hosts a list holds.
 *
 * sources: src/http/guard.c
 * libs: -isystem $(${PG_CONFIG:-pg_config} --includedir-server) -L$(${PG_CONFIG:-pg_config} --pkglibdir) -lpgcommon -lpgport
 *
 *-------------------------------------------------------------------------
 */
#include "http_server.h"

#include "http/client.h"
#include "http/guard.h"
#include "settings.h"
#include "tap.h"

char *pendo_http_plain_hosts = "plain.test";
char *pendo_http_private_hosts = "inside.test, 10.0.0.9";

typedef struct AddressCase
{
	const char *address;
	bool is_public;
} AddressCase;

static const AddressCase addresses[] = {
	{"1.1.1.1", true},
	{"0.0.0.0", false},
	{"0.255.255.255", false},
	{"9.255.255.255", true},
	{"10.0.0.0", false},
	{"10.255.255.255", false},
	{"11.0.0.0", true},
	{"100.63.255.255", true},
	{"100.64.0.0", false},
	{"100.127.255.255", false},
	{"100.128.0.0", true},
	{"127.0.0.1", false},
	{"127.255.255.255", false},
	{"128.0.0.0", true},
	{"169.254.169.254", false},
	{"169.253.255.255", true},
	{"172.15.255.255", true},
	{"172.16.0.0", false},
	{"172.31.255.255", false},
	{"172.32.0.0", true},
	{"192.0.0.8", false},
	{"192.0.1.0", true},
	{"192.0.2.1", false},
	{"192.88.99.1", false},
	{"192.167.255.255", true},
	{"192.168.0.0", false},
	{"192.169.0.0", true},
	{"198.17.255.255", true},
	{"198.18.0.0", false},
	{"198.19.255.255", false},
	{"198.20.0.0", true},
	{"198.51.100.7", false},
	{"203.0.113.7", false},
	{"223.255.255.255", true},
	{"224.0.0.1", false},
	{"239.255.255.255", false},
	{"240.0.0.1", false},
	{"255.255.255.255", false},
	{"2606:4700:4700::1111", true},
	{"::", false},
	{"::1", false},
	{"::7f00:1", false},
	{"::ffff:127.0.0.1", false},
	{"::ffff:8.8.8.8", false},
	{"64:ff9b::8.8.8.8", true},
	{"64:ff9b::10.0.0.1", false},
	{"64:ff9b:1::1", false},
	{"100::1", false},
	{"2001::1", false},
	{"2001:200::1", true},
	{"2001:db8::1", false},
	{"2002:7f00:1::", false},
	{"3fff::1", false},
	{"fbff::1", true},
	{"fc00::1", false},
	{"fdff:ffff::1", false},
	{"fe80::1", false},
	{"febf::1", false},
	{"fec0::1", false},
	{"ff02::1", false},
	{"localhost", false},
	{"", false},
	{"1.1.1", false},
};

typedef struct ListCase
{
	const char *host;
	const char *list;
	bool exact; /* expected if names stand for themselves */
	bool below; /* expected if also for those below */
} ListCase;

static const ListCase lists[] = {
	{"a.test", NULL, false, false},
	{"a.test", "", false, false},
	{"a.test", " , ,", false, false},
	{"a.test", "a.test", true, true},
	{"A.Test", "b.test,a.TEST", true, true},
	{"a.test.", "a.test", true, true},
	{"a.test", "a.test.", true, true},
	{"a.test", "b.test  a.test", true, true},
	{"x.a.test", "a.test", false, true},
	{"xa.test", "a.test", false, false},
	{"test", "a.test", false, false},
	{"a.test", "test", false, true},
	{"x.a.test", ".a.test", true, true},
	{"x.a.test", "*.a.test", true, true},
	{"a.test", ".a.test", false, false},
	{"a.test", "*.a.test", false, false},
	{"a.test", "*", true, true},
	{"a.test", "*a.test", false, false},
	{"127.0.0.1", "127.0.0.1", true, true},
	{"127.0.0.10", "127.0.0.1", false, false},
	{"[::1]", "::1", true, true},
	{"::1", "[::1]", true, true},
	{"a.test", "a.test.evil.example", false, false},
	{"a.test.evil.example", "a.test", false, false},
	{"a.test", ".", false, false},
};

typedef struct TargetCase
{
	const char *url;
	const char *proxy;
	const char *no_proxy;
	bool allowed;
	bool via_proxy;
	bool private_allowed;
} TargetCase;

static const TargetCase targets[] = {
	{"https://a.test/x?y", NULL, NULL, true, false, false},
	{"HTTPS://A.test", NULL, NULL, true, false, false},
	{"http://a.test/", NULL, NULL, false, false, false},
	{"http://plain.test/", NULL, NULL, true, false, false},
	{"http://plain.test.evil/", NULL, NULL, false, false, false},
	{"http://x@plain.test/", NULL, NULL, false, false, false},
	{"http://plain.test@a.test/", NULL, NULL, false, false, false},
	{"https://inside.test/", NULL, NULL, true, false, true},
	{"https://10.0.0.9/", NULL, NULL, true, false, true},
	{"https://10.0.0.8/", NULL, NULL, false, false, false},
	{"https://[fe80::1]/", NULL, NULL, false, false, false},
	{"https://a.test/", "http://p.test:3128", NULL, true, true, false},
	{"https://a.test/", "p.test:3128", NULL, true, true, false},
	{"https://a.test/", "inside.test:3128", NULL, true, true, true},
	{"https://inside.test/", "p.test:3128", NULL, true, true, false},
	{"https://a.test/", "p.test:3128", "test", true, false, false},
	{"https://a.test/", "", NULL, true, false, false},
	{"https://a.test/", "socks5://p.test:1", NULL, false, true, false},
	{"https://a.test/", "http://u:p@p.test:1", NULL, false, true, false},
	{"https://10.0.0.8/", "p.test:3128", NULL, false, true, false},
	{"ftp://a.test/", NULL, NULL, false, false, false},
	{"file:///etc/passwd", NULL, NULL, false, false, false},
	{"a.test", NULL, NULL, false, false, false},
	{"", NULL, NULL, false, false, false},
	{"https://", NULL, NULL, false, false, false},
};

static void
test_target(const TargetCase *c)
{
	PendoHttpRoute route = {.proxy = c->proxy, .no_proxy = c->no_proxy};
	PendoHttpSpec spec = {.method = "GET", .url = c->url, .route = &route};
	PendoHttpTarget target = {0};
	const char *problem = pendo_http_guard_target(&spec, &target);

	tap_ok((problem == NULL) == c->allowed, "%s through %s is %s", c->url,
		   c->proxy ? c->proxy : "none", c->allowed ? "allowed" : "refused");
	if (problem == NULL)
		tap_ok(target.via_proxy == c->via_proxy &&
				   target.private_allowed == c->private_allowed,
			   "%s: proxy and private addresses", c->url);
}

int
main(void)
{
	for (size_t i = 0; i < lengthof(addresses); i++)
		tap_ok(pendo_http_text_is_public(addresses[i].address) ==
				   addresses[i].is_public,
			   "\"%s\" is %spublic", addresses[i].address,
			   addresses[i].is_public ? "" : "not ");
	for (size_t i = 0; i < lengthof(lists); i++)
	{
		const ListCase *c = &lists[i];

		tap_ok(pendo_http_host_in_list(c->host, c->list, false) == c->exact,
			   "%s in \"%s\"", c->host, c->list ? c->list : "");
		tap_ok(pendo_http_host_in_list(c->host, c->list, true) == c->below,
			   "%s in or below \"%s\"", c->host, c->list ? c->list : "");
	}
	for (size_t i = 0; i < lengthof(targets); i++)
		test_target(&targets[i]);
	return tap_done();
}
