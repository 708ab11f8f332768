/*-------------------------------------------------------------------------
 *
 * connector/pendo/pipeline.c
 *	  The aggregation pipeline of a window, and its request.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/ask.h"
#include "connector/pendo/pendo.h"
#include "json/reader.h"
#include "mb/pg_wchar.h"
#include "port.h"
#include "utils/json.h"

/* No subscription has more applications than this. */
#define MAX_APPS 100000

static bool
is_id_list(const char *apps)
{
	return strspn(apps, "0123456789-, ") == strlen(apps);
}

/* "appId":… : ids as they are, kinds through Pendo's own expansion. */
static void
append_apps(StringInfo into, const PendoAggregation *pendo,
			const PendoWindow *window)
{
	const char *apps = pendo_option_text(pendo->scan->relation->options,
										 "apps");
	ListCell *cell;

	appendStringInfoString(into, "\"appId\":");
	if (window != NULL && window->apps != NIL)
	{
		foreach(cell, window->apps)
			appendStringInfo(into, "%s%s",
							 foreach_current_index(cell) == 0 ? "[" : ",",
							 (char *) lfirst(cell));
		appendStringInfoChar(into, ']');
	}
	else if (is_id_list(apps))
	{
		char *copy = pstrdup(apps);
		char *rest = NULL;
		char mark = '[';

		for (char *id = strtok_r(copy, ", ", &rest); id != NULL;
			 id = strtok_r(NULL, ", ", &rest))
		{
			appendStringInfo(into, "%c%s", mark, id);
			mark = ',';
		}
		appendStringInfoChar(into, ']');
	}
	else
		appendStringInfo(into, "\"expandAppIds(\\\"%s\\\")\"", apps);
}

static void
append_source(StringInfo into, const PendoAggregation *pendo,
			  const PendoWindow *window)
{
	const PendoTable *table = pendo->table;
	bool is_hours;

	appendStringInfo(into, "{\"source\":{\"%s\":", table->source);
	if (table->takes_apps || table->params != NULL)
	{
		appendStringInfoChar(into, '{');
		if (table->takes_apps)
			append_apps(into, pendo, window);
		if (table->takes_apps && table->params != NULL)
			appendStringInfoChar(into, ',');
		if (table->params != NULL)
			appendStringInfoString(into, table->params);
		appendStringInfoChar(into, '}');
	}
	else
		appendStringInfoString(into, "null");
	if (pendo->time_path != NULL && window != NULL)
	{
		/* Single events are the same in either; buckets are not. */
		is_hours = table->shape == PENDO_SHAPE_GROUPED && pendo->is_hourly;
		appendStringInfo(into,
						 ",\"timeSeries\":{\"period\":\"%s\","
						 "\"first\":" INT64_FORMAT ",\"last\":" INT64_FORMAT
						 "}",
						 is_hours ? "hourRange" : "dayRange", window->start,
						 window->end - 1);
	}
	appendStringInfoString(into, "}}");
}

static void
append_and(StringInfo filter)
{
	if (filter->len > 0)
		appendStringInfoString(filter, " && ");
}

/*
 * The window's own bounds.  timeSeries alone would do for whole days, but
 * this holds whatever its edges are.  Rows without an id are in the lowest
 * range.
 */
static void
append_window_filter(StringInfo filter, const PendoAggregation *pendo,
					 const PendoWindow *window)
{
	const char *id = pendo->table->id_path;
	ListCell *cell;

	if (pendo->time_path != NULL)
	{
		append_and(filter);
		appendStringInfo(filter, "%s >= " INT64_FORMAT " && %s < " INT64_FORMAT,
						 pendo->time_path, window->start, pendo->time_path,
						 window->end);
	}
	foreach(cell, window->other_apps)
	{
		append_and(filter);
		appendStringInfo(filter, "appId != %s", (char *) lfirst(cell));
	}
	foreach(cell, window->id_bounds)
	{
		const PendoIdBound *bound = lfirst(cell);

		append_and(filter);
		if (bound->is_upper)
			appendStringInfo(filter, "(isNil(%s) || %s < ", id, id);
		else
			appendStringInfo(filter, "(%s >= ", id);
		pendo_append_string(filter, bound->pivot);
		appendStringInfoChar(filter, ')');
	}
}

/*
 * The stages for one window, or with no window those that all share.
 */
void
pendo_append_pipeline(StringInfo into, PendoAggregation *pendo,
					  const PendoWindow *window)
{
	StringInfoData filter;

	appendStringInfoChar(into, '[');
	append_source(into, pendo, window);
	if (pendo->table->stages != NULL)
		appendStringInfo(into, ",%s", pendo->table->stages);
	initStringInfo(&filter);
	if (window != NULL)
		append_window_filter(&filter, pendo, window);
	if (pendo->filter != NULL)
	{
		append_and(&filter);
		appendStringInfoString(&filter, pendo->filter);
	}
	if (filter.len > 0)
	{
		appendStringInfoString(into, ",{\"filter\":");
		escape_json(into, filter.data);
		appendStringInfoChar(into, '}');
	}
	pfree(filter.data);
	if (pendo->select != NULL)
		appendStringInfo(into, ",{\"select\":%s}", pendo->select);
	appendStringInfoChar(into, ']');
}

/* A label for the provider's logs; nothing depends on it. */
static void
append_request_id(StringInfo into)
{
	uint64 random;

	if (!pg_strong_random(&random, sizeof(random)))
		random = 0;
	appendStringInfo(into, "%016llx", (unsigned long long) random);
}

void
pendo_aggregation_spec(const PendoConnection *connection, const char *pipeline,
					   PendoHttpSpec *spec)
{
	StringInfoData body;

	initStringInfo(&body);
	appendStringInfoString(&body,
						   "{\"response\":{\"location\":\"request\","
						   "\"mimeType\":\"application/json\"},\"request\":"
						   "{\"name\":\"pendo_fdw\",\"requestId\":\"");
	append_request_id(&body);
	appendStringInfo(&body, "\",\"pipeline\":%s}}", pipeline);
	spec->method = "POST";
	spec->headers = list_make2("Content-Type: application/json",
							   "Accept: application/json");

	/* Values and ids are in the database's encoding, JSON is UTF-8. */
	spec->body = pg_server_to_any(body.data, body.len, PG_UTF8);
	spec->body_length = strlen(spec->body);
	spec->route = &connection->route;
	spec->accept_gzip = true;
	spec->max_body = pendo_option_integer(connection->options, "max_response");
}

const char *
pendo_build_request(void *arg, const void *window, PendoHttpSpec *spec)
{
	PendoAggregation *pendo = arg;
	const PendoConnection *connection = pendo->connection;
	StringInfoData pipeline;

	if (pendo->table->shape == PENDO_SHAPE_REST)
	{
		pendo_get_spec(connection, spec);
		return psprintf("/api/v1/%s?expand=*", pendo->table->source);
	}
	initStringInfo(&pipeline);
	pendo_append_pipeline(&pipeline, pendo, window);
	pendo_aggregation_spec(connection, pipeline.data, spec);
	return PENDO_AGGREGATION_PATH;
}

void
pendo_get_spec(const PendoConnection *connection, PendoHttpSpec *spec)
{
	spec->method = "GET";
	spec->headers = list_make1("Accept: application/json");
	spec->route = &connection->route;
	spec->accept_gzip = true;
	spec->max_body = pendo_option_integer(connection->options, "max_response");
}

/* Feed of a reader from an answer in memory. */
typedef struct Feed
{
	const char *data;
	size_t left;
} Feed;

static size_t
feed(void *arg, char *into, size_t room)
{
	Feed *from = arg;
	size_t length = Min(room, from->left);

	memcpy(into, from->data, length);
	from->data += length;
	from->left -= length;
	return length;
}

/*
 * All ids that a reader gives, as text.  NIL if one is no number or there are
 * very many: windows made of a part of the list would lose rows.
 */
static List *
read_apps(PendoJsonReader *reader)
{
	List *apps = NIL;
	PendoJsonValue value;

	while (pendo_json_reader_next(reader, &value))
	{
		if (value.kind != PENDO_JSON_NUMBER || list_length(apps) >= MAX_APPS)
			return NIL;
		apps = lappend(apps, pnstrdup(value.start, value.length));
	}
	if (pendo_json_reader_error(reader) != PENDO_JSON_OK)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_DATA_TYPE),
				 errmsg("cannot read the list of applications: %s",
						pendo_json_error_text(pendo_json_reader_error(reader))),
				 errdetail("At byte " UINT64_FORMAT " of the remote answer.",
						   pendo_json_reader_offset(reader))));
	return apps;
}

/*
 * Ids of all applications, as text; asked for once.  NIL when Pendo does not
 * say: then windows are not divided by application.
 */
List *
pendo_fetch_apps(PendoAggregation *pendo)
{
	static const char *const id_path[] = {"id", NULL};
	static const char *const *const paths[] = {id_path};
	MemoryContext old;
	PendoHttpSpec spec = {0};
	PendoHttpAnswer *answer;
	PendoJsonSpec json = {.rows_member = "results",
						  .paths = paths,
						  .path_count = 1,
						  .fill = feed};
	PendoJsonReader *reader;
	Feed from;

	if (pendo->apps_known)
		return pendo->apps;
	pendo->apps_known = true;
	if (strcmp(pendo_option_text(pendo->scan->relation->options, "apps"),
			   "*") != 0)
		return NIL;
	pendo_aggregation_spec(pendo->connection, "[{\"source\":{\"apps\":null}}]",
						   &spec);
	answer = pendo_ask(pendo->connection, PENDO_AGGREGATION_PATH, &spec, "app");
	from.data = answer->body.data;
	from.left = answer->body.len;
	json.fill_arg = &from;
	reader = pendo_json_reader_create(&json);
	if (reader == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY), errmsg("out of memory")));
	old = MemoryContextSwitchTo(pendo->context);
	PG_TRY();
	{
		pendo->apps = read_apps(reader);
	}
	PG_FINALLY();
	{
		pendo_json_reader_free(reader);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old);
	return pendo->apps;
}
