/*-------------------------------------------------------------------------
 *
 * connector/crm.c
 *	  What the connectors of CRMs share: what of a query they can run.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "connector/answer_json.h"
#include "connector/ask.h"
#include "connector/calendar.h"
#include "connector/crm.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

/*
 * Times that CRMs know, as dates: earlier ones narrow nothing, and beyond the
 * last one nothing was ever changed.
 */
#define FIRST_MS INT64CONST(-2208988800000) /* 1900-01-01 */
#define LAST_MS	 INT64CONST(32503680000000) /* 3000-01-01 */

/* So many keys are asked for; of more, all records are read. */
#define MAX_KEYS 1000

typedef enum Role
{
	ROLE_NONE,
	ROLE_KEY,
	ROLE_MODIFIED,
	ROLE_DELETED
} Role;

char *
pendo_crm_path_text(char **path)
{
	StringInfoData text;

	initStringInfo(&text);
	for (char **name = path; *name != NULL; name++)
		appendStringInfo(&text, "%s%s", name == path ? "" : ".", *name);
	return text.data;
}

/* What a column, of its natural type, means for the remote system. */
static Role
role_of(const PendoRelation *relation, const PendoColumn *column)
{
	const PendoCrmTable *table = relation->object->detail;
	char *path;

	if (column->attnum == 0 || column->typmod >= 0)
		return ROLE_NONE;
	path = pendo_crm_path_text(column->path);
	if (column->sql_type == TEXTOID && strcmp(path, table->key) == 0)
		return ROLE_KEY;
	if (column->sql_type == TIMESTAMPTZOID && table->modified != NULL &&
		strcmp(path, table->modified) == 0)
		return ROLE_MODIFIED;
	if (column->sql_type == BOOLOID && table->deleted != NULL &&
		strcmp(path, table->deleted) == 0)
		return ROLE_DELETED;
	return ROLE_NONE;
}

bool
pendo_crm_has_field(const PendoRelation *relation, const PendoField *field)
{
	return true;
}

PendoPushClass
pendo_crm_classify(const PendoRelation *relation, const PendoFilter *leaf,
				   const PendoOperand *value)
{
	const PendoColumn *column = &relation->columns[leaf->attnum - 1];
	bool is_compare = leaf->kind == PENDO_FILTER_COMPARE;
	bool is_equal = is_compare && leaf->compare == PENDO_EQ;

	switch (role_of(relation, column))
	{
		case ROLE_KEY:
			if ((is_equal || leaf->kind == PENDO_FILTER_ANY) &&
				value->type == TEXTOID)
				return PENDO_PUSH_LOSSY;
			break;
		case ROLE_MODIFIED:
			if (is_compare && value->type == TIMESTAMPTZOID &&
				(leaf->compare == PENDO_GE || leaf->compare == PENDO_GT))
				return PENDO_PUSH_LOSSY;
			break;
		case ROLE_DELETED:
			if (is_equal && value->type == BOOLOID)
				return PENDO_PUSH_LOSSY;
			break;
		case ROLE_NONE:
			break;
	}
	return PENDO_PUSH_LOCAL;
}

static bool
has_key(const List *keys, const char *key)
{
	ListCell *cell;

	foreach(cell, keys)
	{
		if (strcmp(lfirst(cell), key) == 0)
			return true;
	}
	return false;
}

/* The keys of an operand; NULLs equal nothing. */
static List *
keys_of(const PendoOperand *operand)
{
	List *keys = NIL;
	Datum *elements;
	bool *nulls;
	int count;

	if (operand->is_null)
		return NIL;
	if (!operand->is_array)
		return list_make1(TextDatumGetCString(operand->value));
	deconstruct_array(DatumGetArrayTypeP(operand->value), TEXTOID, -1, false,
					  TYPALIGN_INT, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		char *key = nulls[i] ? NULL : TextDatumGetCString(elements[i]);

		if (key != NULL && !has_key(keys, key))
			keys = lappend(keys, key);
		if (list_length(keys) > MAX_KEYS)
			break;
	}
	return keys;
}

/* Of two conditions on keys the first narrows; the other is checked here. */
static void
narrow_keys(PendoCrmNarrow *narrow, const PendoOperand *operand)
{
	List *keys;

	if (narrow->by_key)
		return;
	keys = keys_of(operand);
	if (list_length(keys) > MAX_KEYS)
		return;
	narrow->by_key = true;
	narrow->keys = keys;
}

static void
narrow_time(PendoCrmNarrow *narrow, const PendoOperand *operand)
{
	TimestampTz time;
	int64 ms;

	if (operand->is_null)
		return;
	time = DatumGetTimestampTz(operand->value);
	if (TIMESTAMP_IS_NOBEGIN(time))
		return;
	ms = TIMESTAMP_IS_NOEND(time) ? LAST_MS : pendo_ms_floor(time);
	ms = Min(ms, LAST_MS);
	if (ms < FIRST_MS || (narrow->by_time && ms <= narrow->since))
		return;
	narrow->by_time = true;
	narrow->since = ms;
}

static void
narrow_deleted(PendoCrmNarrow *narrow, const PendoOperand *operand)
{
	if (operand->is_null)
		return;
	if (DatumGetBool(operand->value))
		narrow->wants_live = false;
	else
		narrow->wants_deleted = false;
}

/* A filter that must hold.  Alternatives narrow nothing. */
static void
narrow_by(const PendoScan *scan, const PendoFilter *filter,
		  PendoCrmNarrow *narrow)
{
	const PendoOperand *operand;
	ListCell *cell;

	if (filter->kind == PENDO_FILTER_AND)
	{
		foreach(cell, filter->children)
			narrow_by(scan, lfirst(cell), narrow);
		return;
	}
	if (filter->kind == PENDO_FILTER_OR || filter->operand < 0)
		return;
	operand = &scan->operands[filter->operand];
	if (!operand->is_known)
	{
		narrow->is_known = false;
		return;
	}
	switch (
		role_of(scan->relation, &scan->relation->columns[filter->attnum - 1]))
	{
		case ROLE_KEY:
			narrow_keys(narrow, operand);
			break;
		case ROLE_MODIFIED:
			narrow_time(narrow, operand);
			break;
		case ROLE_DELETED:
			narrow_deleted(narrow, operand);
			break;
		case ROLE_NONE:
			break;
	}
}

/* Does the scan read a column that marks deleted records? */
static bool
reads_mark(const PendoScan *scan)
{
	const PendoCrmTable *table = scan->relation->object->detail;
	int attnum = -1;

	while ((attnum = bms_next_member(scan->columns, attnum)) >= 0)
	{
		char **path = scan->relation->columns[attnum - 1].path;

		if (table->deleted != NULL &&
			strcmp(pendo_crm_path_text(path), table->deleted) == 0)
			return true;
	}
	return false;
}

void
pendo_crm_narrow(const PendoScan *scan, PendoCrmNarrow *narrow)
{
	ListCell *cell;

	memset(narrow, 0, sizeof(PendoCrmNarrow));
	narrow->is_known = true;
	narrow->wants_live = true;
	narrow->wants_deleted = reads_mark(scan);
	if (!scan->pushdown)
		return;
	foreach(cell, scan->filters)
		narrow_by(scan, lfirst(cell), narrow);
}

char *
pendo_crm_time(int64 ms)
{
	TimestampTz time = 0;
	struct pg_tm tm;
	fsec_t fraction;

	if (!pendo_ms_to_timestamptz(ms, &time) ||
		timestamp2tm(time, NULL, &tm, &fraction, NULL, NULL) != 0)
		elog(ERROR, "time out of range");
	return psprintf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", tm.tm_year,
					tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
					(int) (fraction / 1000));
}

int
pendo_crm_fill_source(PendoStreamSource *source, const PendoScan *scan,
					  const char *const *const *more)
{
	const PendoRelation *relation = scan->relation;
	int count = bms_num_members(scan->columns);
	int more_count = 0;
	const char *const **paths;
	int attnum = -1;
	int i = 0;

	while (more[more_count] != NULL)
		more_count++;
	paths = palloc0(sizeof(char **) * (count + more_count + 1));
	while ((attnum = bms_next_member(scan->columns, attnum)) >= 0)
		paths[i++] = (const char *const *) relation->columns[attnum - 1].path;
	for (int j = 0; j < more_count; j++)
		paths[i++] = more[j];
	source->paths = (const char *const *const *) paths;
	source->path_count = i;
	source->limits.row_bytes = (uint32_t)
		Min(pendo_option_integer(relation->options, "max_row"), PG_INT32_MAX);
	source->spool = PENDO_SPOOL_ALL;
	source->object = relation->name;
	return count;
}

void
pendo_crm_say(List **labels, List **texts, const char *label, const char *text)
{
	*labels = lappend(*labels, pstrdup(label));
	*texts = lappend(*texts, pstrdup(text));
}

List *
pendo_crm_batches(const PendoCrmNarrow *narrow, bool (*is_id)(const char *text),
				  int limit)
{
	List *batches = NIL;
	List *ids = NIL;
	ListCell *cell;

	foreach(cell, narrow->keys)
	{
		if (is_id(lfirst(cell)))
			ids = lappend(ids, lfirst(cell));
		if (list_length(ids) == limit)
		{
			batches = lappend(batches, ids);
			ids = NIL;
		}
	}
	return ids != NIL ? lappend(batches, ids) : batches;
}

void
pendo_crm_explain(const PendoCrmNarrow *narrow, List **labels, List **texts)
{
	StringInfoData keys;
	ListCell *cell;

	if (!narrow->is_known)
		pendo_crm_say(labels, texts, "Narrowed", "known when the query runs");
	if (narrow->by_key)
	{
		initStringInfo(&keys);
		foreach(cell, narrow->keys)
			appendStringInfo(&keys, "%s%s", keys.len > 0 ? ", " : "",
							 (char *) lfirst(cell));
		pendo_crm_say(labels, texts, "Keys", keys.data);
	}
	if (narrow->by_time)
		pendo_crm_say(labels, texts, "Changed Since",
					  pendo_crm_time(narrow->since));
}

Jsonb *
pendo_crm_parse(const char *server, const StringInfo body, const char *what)
{
	const char *problem;
	Jsonb *parsed = pendo_parse_answer(body, &problem);

	if (parsed == NULL)
		pendo_crm_bad_answer(server, what, problem);
	return parsed;
}

JsonbContainer *
pendo_crm_ask_list(PendoConnection *connection, const char *path,
				   PendoHttpSpec *spec, const char *what, const char *member)
{
	PendoHttpAnswer *answer = pendo_ask(connection, path, spec, what);
	Jsonb *parsed = pendo_crm_parse(connection->name, &answer->body, what);
	JsonbContainer *list = pendo_member_container(&parsed->root, member);

	if (list == NULL || !JsonContainerIsArray(list))
		pendo_crm_bad_answer(connection->name, what, "it has no list");
	return list;
}

void
pendo_crm_bad_answer(const char *server, const char *what, const char *problem)
{
	ereport(ERROR, (errcode(ERRCODE_FDW_INVALID_DATA_TYPE),
					errmsg("cannot read the answer of server \"%s\" about %s",
						   server, what),
					errdetail("Of the answer: %s.", problem),
					errhint("Check that the server's address names the remote "
							"system's API.")));
}
