/*-------------------------------------------------------------------------
 *
 * connector/answer_json.c
 *	  A small answer as JSON, and what it has in it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/answer_json.h"
#include "json/value.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

/*
 * What jsonb says quotes the answer, and is about an input that no user typed:
 * only the fact is passed on.
 */
Jsonb *
pendo_parse_answer(const StringInfo body, const char **problem)
{
	MemoryContext context = CurrentMemoryContext;
	volatile Datum parsed = (Datum) 0;
	const char *volatile found = NULL;

	*problem = NULL;
	if (strlen(body->data) != body->len ||
		!pendo_json_valid_utf8(body->data, body->len))
	{
		*problem = "it is no text in UTF-8";
		return NULL;
	}
	PG_TRY();
	{
		char *text = pg_any_to_server(body->data, body->len, PG_UTF8);

		parsed = DirectFunctionCall1(jsonb_in, CStringGetDatum(text));
	}
	PG_CATCH();
	{
		if (ERRCODE_TO_CATEGORY(geterrcode()) != ERRCODE_DATA_EXCEPTION)
			PG_RE_THROW();
		found = geterrcode() == ERRCODE_UNTRANSLATABLE_CHARACTER
					? "it has characters that this database cannot hold"
					: "it is not valid JSON";
		MemoryContextSwitchTo(context);
		FlushErrorState();
	}
	PG_END_TRY();

	/* Nothing goes on from here, so no subtransaction is needed. */
	*problem = found;
	return found == NULL ? DatumGetJsonbP(parsed) : NULL;
}

bool
pendo_member(JsonbContainer *object, const char *name, JsonbValue *value)
{
	return JsonContainerIsObject(object) &&
		   getKeyJsonValueFromContainer(object, name, strlen(name), value) !=
			   NULL;
}

char *
pendo_member_text(JsonbContainer *object, const char *name)
{
	JsonbValue value;

	if (!pendo_member(object, name, &value) || value.type != jbvString)
		return pstrdup("");
	return pnstrdup(value.val.string.val, value.val.string.len);
}

bool
pendo_member_bool(JsonbContainer *object, const char *name)
{
	JsonbValue value;

	return pendo_member(object, name, &value) && value.type == jbvBool &&
		   value.val.boolean;
}

JsonbContainer *
pendo_member_container(JsonbContainer *object, const char *name)
{
	JsonbValue value;

	if (!pendo_member(object, name, &value) || value.type != jbvBinary)
		return NULL;
	return value.val.binary.data;
}

JsonbContainer *
pendo_element_object(JsonbContainer *array, int n)
{
	JsonbValue *value = getIthJsonbValueFromContainer(array, n);

	if (value == NULL || value->type != jbvBinary ||
		!JsonContainerIsObject(value->val.binary.data))
		return NULL;
	return value->val.binary.data;
}
