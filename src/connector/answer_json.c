/*-------------------------------------------------------------------------
 *
 * connector/answer_json.c
 *	  A small answer as JSON, and what it has in it.
 *
 *	  pendo._answer_body()	the body of an answer, as it is read
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "connector/answer_json.h"
#include "connector/jsonb.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

PENDO_SQL_FUNCTION(pendo_answer_body);

/*
 * What the database's encoding does not have is told by an error, which quotes the
 * answer: only the fact is passed on.
 */
Jsonb *
pendo_parse_answer(StringInfo body, const char **problem)
{
	MemoryContext context = CurrentMemoryContext;
	Jsonb *volatile parsed = NULL;

	*problem = NULL;
	PG_TRY();
	{
		parsed = pendo_jsonb_from_json(body, problem);
	}
	PG_CATCH();
	{
		if (ERRCODE_TO_CATEGORY(geterrcode()) != ERRCODE_DATA_EXCEPTION)
			PG_RE_THROW();
		*problem = "it has characters that this database cannot hold";
		MemoryContextSwitchTo(context);
		FlushErrorState();
	}
	PG_END_TRY();

	/* Nothing goes on from here, so no subtransaction is needed. */
	return parsed;
}

/*
 * pendo._answer_body(body text) returns jsonb
 */
Datum
pendo_answer_body(PG_FUNCTION_ARGS)
{
	text *body = PG_GETARG_TEXT_PP(0);
	StringInfoData json;
	const char *problem;
	Jsonb *result;

	initStringInfo(&json);
	appendStringInfoString(&json,
						   pg_server_to_any(text_to_cstring(body),
											VARSIZE_ANY_EXHDR(body), PG_UTF8));
	result = pendo_parse_answer(&json, &problem);
	if (result == NULL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_JSON_TEXT),
						errmsg("the answer is no JSON: %s", problem)));
	PG_RETURN_JSONB_P(result);
}

bool
pendo_member(JsonbContainer *object, const char *name, JsonbValue *value)
{
	return JsonContainerIsObject(object) &&
		   getKeyJsonValueFromContainer(object, name, strlen(name), value) !=
			   NULL;
}

bool
pendo_typed_member(JsonbContainer *object, const char *name, enum jbvType type,
				   JsonbValue *value)
{
	return pendo_member(object, name, value) && value->type == type;
}

char *
pendo_member_text(JsonbContainer *object, const char *name)
{
	JsonbValue value;

	if (!pendo_typed_member(object, name, jbvString, &value))
		return pstrdup("");
	return pnstrdup(value.val.string.val, value.val.string.len);
}

bool
pendo_member_bool(JsonbContainer *object, const char *name)
{
	JsonbValue value;

	return pendo_typed_member(object, name, jbvBool, &value) &&
		   value.val.boolean;
}

JsonbContainer *
pendo_member_container(JsonbContainer *object, const char *name)
{
	JsonbValue value;

	if (!pendo_typed_member(object, name, jbvBinary, &value))
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
