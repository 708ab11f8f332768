/*-------------------------------------------------------------------------
 *
 * connector/salesforce/login.c
 *	  Signing in to Salesforce: by client credentials, or a refresh token.
 *
 * What is sent here is secret, and so is what comes back.  Both are
 * overwritten; of a refusal only Salesforce's two words for it are told.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/answer_json.h"
#include "connector/auth.h"
#include "connector/salesforce/salesforce.h"
#include "http/secret.h"

#define TOKEN_PATH "/services/oauth2/token"

/* Of Salesforce's own words, so many characters are told. */
#define WORDS_LIMIT 200

/* What a refusal asks of whoever reads it; the first text that occurs counts. */
static const struct
{
	const char *text;
	const char *hint;
} hints[] = {
	{"no client credentials user",
	 "Name a run-as user in the app's settings for the client credentials "
	 "flow."},
	{"grant type not supported",
	 "Switch the flow on in the app, and sign in at the organisation's My "
	 "Domain."},
	{"hasn't approved", "Let an administrator approve the user for this app."},
	{"not admin approved",
	 "Let an administrator approve the user for this app."},
	{"expired access/refresh token",
	 "Get a new refresh token: the old one was revoked or has expired."},
	{"invalid client credentials",
	 "Check client_secret or client_secret_file in the user mapping."},
	{"client identifier", "Check client_id in the user mapping."},
};

/* What a sign-in sends of the mapping. */
static const PendoSecretOption client_secret[] = {
	{"client_secret_file", "client_secret"},
	{NULL, NULL},
};
static const PendoSecretOption refresh_token[] = {
	{"refresh_token_file", "refresh_token"},
	{NULL, NULL},
};

/* Texts of a 401 that another session would not help against. */
static const char *const hopeless[] = {
	"not valid for use with the REST API",
	"Connected app is not attached to Agent",
};

bool
salesforce_is_session_over(const char *body)
{
	for (int i = 0; i < lengthof(hopeless); i++)
	{
		if (strstr(body, hopeless[i]) != NULL)
			return false;
	}
	return true;
}

static void
append_field(StringInfo form, const char *name, char *value)
{
	char *escaped;

	if (value == NULL)
		return;
	escaped = pendo_http_escape(value);
	appendStringInfo(form, "%s%s=%s", form->len > 0 ? "&" : "", name, escaped);
	pendo_secret_forget(escaped);
}

/* The form to be sent; secret. */
static void
fill_form(const PendoConnection *connection, StringInfo form)
{
	char *id = pstrdup(pendo_option_text(connection->mapping, "client_id"));
	char *secret = pendo_mapping_secret(connection->mapping, client_secret);
	char *refresh = pendo_mapping_secret(connection->mapping, refresh_token);

	appendStringInfo(form, "grant_type=%s",
					 refresh ? "refresh_token" : "client_credentials");
	append_field(form, "client_id", id);
	append_field(form, "client_secret", secret);
	append_field(form, "refresh_token", refresh);
	pendo_secret_forget(secret);
	pendo_secret_forget(refresh);
}

static const char *
hint_for(const char *words)
{
	for (int i = 0; i < lengthof(hints); i++)
	{
		if (strstr(words, hints[i].text) != NULL)
			return hints[i].hint;
	}
	return "Check the user mapping and the server's login_url.";
}

/* Whoever answers may repeat what it was sent. */
static void
mask_secrets(const PendoConnection *connection, PendoHttpAnswer *answer)
{
	char *secrets[] = {pendo_mapping_secret(connection->mapping, client_secret),
					   pendo_mapping_secret(connection->mapping,
											refresh_token)};

	for (int i = 0; i < lengthof(secrets); i++)
	{
		pendo_http_mask(answer->body.data, answer->body.len, secrets[i]);
		pendo_secret_forget(secrets[i]);
	}
}

/*
 * The sign-in was refused.  An answer that is no refusal in Salesforce's form
 * is told by its status alone.
 */
pg_noreturn static void
raise_refusal(const PendoConnection *connection, PendoHttpAnswer *answer)
{
	PendoHttpContext context = {.server = connection->name,
								.object = "a session",
								.host = connection->host,
								.request_id = answer->request_id,
								.attempts = answer->attempts};
	bool is_refusal = answer->outcome.status == 400 ||
					  answer->outcome.status == 401 ||
					  answer->outcome.status == 403;
	const char *problem;
	Jsonb *parsed = NULL;
	char *error;
	char *words;

	mask_secrets(connection, answer);
	if (is_refusal && !answer->outcome.from_proxy)
		parsed = pendo_parse_answer(&answer->body, &problem);
	if (parsed == NULL)
		pendo_http_raise(&answer->outcome, &context);
	error = pendo_member_text(&parsed->root, "error");
	words = pendo_member_text(&parsed->root, "error_description");
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
			 errmsg("\"%s\" refused the sign-in", connection->host),
			 errdetail("Foreign server \"%s\".  Remote text: \"%s: %s\".",
					   connection->name,
					   pendo_http_clean_text(error, strlen(error), WORDS_LIMIT),
					   pendo_http_clean_text(words, strlen(words),
											 WORDS_LIMIT)),
			 errhint("%s", hint_for(words))));
}

/* The tail of ".../id/<org>/<user>". */
static void
read_identity(char *id, PendoSession *session)
{
	char *user = strrchr(id, '/');
	char *org;

	if (user == NULL)
		return;
	*user++ = '\0';
	org = strrchr(id, '/');
	if (org == NULL)
		return;
	session->user = pstrdup(user);
	session->org = pstrdup(org + 1);
}

/* A scheme and a host, as the option login_url has; what else may come? */
static bool
is_base_url(const char *url)
{
	const char *host = strstr(url, "://");

	return (strncmp(url, "https://", 8) == 0 ||
			strncmp(url, "http://", 7) == 0) &&
		   host[3] != '\0' && strpbrk(host + 3, "/?#@ \t\r\n\\") == NULL;
}

static void
read_answer(const PendoConnection *connection, const StringInfo body,
			PendoSession *session)
{
	static const char what[] = "the sign-in";
	Jsonb *parsed = pendo_crm_parse(connection->name, body, what);

	session->token = pendo_member_text(&parsed->root, "access_token");
	session->instance_url = pendo_member_text(&parsed->root, "instance_url");
	read_identity(pendo_member_text(&parsed->root, "id"), session);
	explicit_bzero(parsed, VARSIZE(parsed));
	if (*session->token == '\0')
		pendo_crm_bad_answer(connection->name, what, "it has no token");
	if (!is_base_url(session->instance_url))
		pendo_crm_bad_answer(connection->name, what,
							 "it names no address of the instance");
}

void
salesforce_login(PendoConnection *connection, PendoSession *session)
{
	PendoHttpSpec spec = {0};
	PendoHttpAnswer *answer;
	StringInfoData form;

	initStringInfo(&form);
	fill_form(connection, &form);
	spec.method = "POST";
	spec.url = psprintf("%s" TOKEN_PATH, connection->base_url);
	spec.headers = list_make2("Content-Type: application/x-www-form-urlencoded",
							  "Accept: application/json");
	spec.body = form.data;
	spec.body_length = form.len;
	spec.route = &connection->route;
	spec.accept_gzip = true;
	answer = pendo_http_fetch(&spec, connection->budget,
							  connection->request_class, &connection->retry);
	pendo_secret_forget(form.data);
	if (!pendo_answer_is_good(answer))
		raise_refusal(connection, answer);
	read_answer(connection, &answer->body, session);
	explicit_bzero(answer->body.data, answer->body.len);
}
