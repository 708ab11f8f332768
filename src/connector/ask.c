/*-------------------------------------------------------------------------
 *
 * connector/ask.c
 *	  One small question to a remote system, and its whole answer.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/ask.h"
#include "connector/auth.h"
#include "connector/connector.h"
#include "http/secret.h"

bool
pendo_answer_is_good(const PendoHttpAnswer *answer)
{
	return answer->outcome.result == PENDO_HTTP_OK &&
		   answer->outcome.status >= 200 && answer->outcome.status < 300;
}

void
pendo_mask_answer(PendoHttpAnswer *answer, const char *secret)
{
	if (secret == NULL)
		return;
	pendo_http_mask(answer->body.data, answer->body.len, secret);
	if (answer->request_id != NULL)
		pendo_http_mask(answer->request_id, strlen(answer->request_id), secret);
}

static bool
is_limited(const PendoConnection *connection, const PendoHttpAnswer *answer)
{
	const PendoConnector *connector = connection->connector;

	return connector->is_limited != NULL && answer->outcome.status >= 400 &&
		   connector->is_limited(answer->outcome.status, answer->body.data);
}

PendoHttpAnswer *
pendo_ask_any(PendoConnection *connection, const char *path, bool for_writing,
			  PendoHttpSpec *spec, const PendoRetryPolicy *policy)
{
	for (bool is_first = true;; is_first = false)
	{
		PendoHttpAnswer *answer;
		char *secret;

		pendo_auth_apply(connection, path, for_writing, spec);
		secret = pendo_auth_secret(connection, for_writing);
		answer = pendo_http_fetch(spec,
								  pendo_connection_budget(connection, path),
								  connection->request_class, policy);
		pendo_auth_forget(spec);
		if (!pendo_answer_is_good(answer))
			pendo_mask_answer(answer, secret);
		pendo_secret_forget(secret);
		answer->outcome.is_limited = is_limited(connection, answer);
		if (!is_first ||
			!pendo_auth_renew(connection, &answer->outcome, answer->body.data))
			return answer;
	}
}

PendoHttpAnswer *
pendo_ask(PendoConnection *connection, const char *path, PendoHttpSpec *spec,
		  const char *object)
{
	PendoHttpAnswer *answer = pendo_ask_any(connection, path, false, spec,
											&connection->retry);
	PendoHttpContext context = {0};

	if (pendo_answer_is_good(answer))
		return answer;
	context.server = connection->name;
	context.object = object;
	context.host = connection->host;
	context.hints = connection->connector->hints;
	context.body = answer->body.data;
	context.body_length = answer->body.len;
	context.request_id = answer->request_id;
	context.attempts = answer->attempts;
	if (answer->outcome.status == 429 || answer->outcome.is_limited)
		context.opens_at = pendo_throttle_held_until(connection->budget);
	pendo_http_raise(&answer->outcome, &context);
}
