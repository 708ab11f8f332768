/*-------------------------------------------------------------------------
 *
 * connector/hubspot/scan.c
 *	  A scan of HubSpot: its requests, and what EXPLAIN says of them.
 *
 * Three ways lead to records.  The list gives all of an object, page by page,
 * and by another list those that were deleted.  A batch gives those of known
 * ids.  The search gives those that changed since a time; it never gives
 * more than 10,000 in pages, so each of its pages is a search of its own, in
 * the order of ids, for what is behind the last one of the page before.
 *
 * The list takes the names of properties in its address, whose length is
 * limited.  Where they would be too long, its pages are asked for ids alone, and
 * batches for the records.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/answer_json.h"
#include "connector/hubspot/hubspot.h"
#include "mb/pg_wchar.h"
#include "utils/json.h"

/* The most that HubSpot gives, or takes, at once. */
#define LIST_LIMIT	 100
#define BATCH_LIMIT	 100
#define SEARCH_LIMIT 200

/* Longest names of properties in an address; HubSpot tells no limit. */
#define LONGEST_NAMES 4000

/* Digits of an id; HubSpot's have 11 or so. */
#define ID_DIGITS 19

typedef enum HubspotWay
{
	WAY_LIST,
	WAY_BATCH,
	WAY_SEARCH
} HubspotWay;

/* One request's share of a scan: a page. */
typedef struct HubspotWindow
{
	HubspotWay way;
	bool is_archived;  /* LIST, BATCH: of deleted records */
	const char *after; /* LIST: HubSpot's mark; SEARCH: last id; NULL: first */
	List *ids;		   /* BATCH: of char * */
} HubspotWindow;

/* A scan, behind the stream's callbacks. */
typedef struct HubspotScan
{
	MemoryContext context;
	const PendoScan *scan;
	const PendoCrmTable *table;
	PendoConnection *connection;
	PendoCrmNarrow narrow;
	List *properties;			 /* of char *, as HubSpot names them */
	int more_at;				 /* place of the id, and then archivedAt */
	List *modified_at;			 /* of int: columns with the last change */
	bool is_by_batch;			 /* lists give ids, batches the records */
	List *ids;					 /* of char *: those of a list's page */
	const HubspotWindow *ids_of; /* that page; NULL: begun anew */
	char last[ID_DIGITS + 1];	 /* id of the row last read; empty: none */
	PendoStreamSource source;
} HubspotScan;

char *
hubspot_path(const PendoOptions *options, const char *area, const char *rest)
{
	const char *version = pendo_option_text(options, "api_version");

	if (*version == 'v')
		return psprintf("/crm/%s/%s%s", version, area, rest);
	return psprintf("/crm/%s/%s%s", area, version, rest);
}

void
hubspot_spec(const PendoConnection *connection, char *body, PendoHttpSpec *spec)
{
	spec->method = body != NULL ? "POST" : "GET";
	spec->headers = list_make1("Accept: application/json");
	if (body != NULL)
	{
		spec->headers = lappend(spec->headers,
								"Content-Type: application/json");
		spec->body = pg_server_to_any(body, strlen(body), PG_UTF8);
		spec->body_length = strlen(spec->body);
	}
	spec->route = &connection->route;
	spec->accept_gzip = true;
	spec->max_body = pendo_option_integer(connection->options, "max_response");
}

/* Path of a window's request, without what only a list's has behind it. */
static char *
window_path(const HubspotScan *hubspot, const HubspotWindow *window)
{
	static const char *const ways[] = {
		[WAY_LIST] = "",
		[WAY_BATCH] = "/batch/read",
		[WAY_SEARCH] = "/search",
	};
	const PendoOptions *options = hubspot->scan->relation->options;
	const char *rest = ways[window->way];

	if (window->way != WAY_SEARCH)
		rest = psprintf("%s?archived=%s", rest,
						window->is_archived ? "true" : "false");

	/* Owners are an area of their own, and no object in one. */
	if (!hubspot->table->has_custom)
		return psprintf("%s%s",
						hubspot_path(options, hubspot->table->remote, ""),
						rest);
	return psprintf("%s%s",
					hubspot_path(options, "objects",
								 psprintf("/%s", hubspot->table->remote)),
					rest);
}

/* name,name as a query's value. */
static char *
property_names(const HubspotScan *hubspot)
{
	StringInfoData names;
	ListCell *cell;

	initStringInfo(&names);
	foreach(cell, hubspot->properties)
		appendStringInfo(&names, "%s%s", names.len > 0 ? "," : "",
						 pendo_http_escape(lfirst(cell)));
	return names.data;
}

static char *
list_path(const HubspotScan *hubspot, const HubspotWindow *window)
{
	StringInfoData path;

	initStringInfo(&path);
	appendStringInfo(&path, "%s&limit=%d", window_path(hubspot, window),
					 LIST_LIMIT);
	if (hubspot->properties != NIL && !hubspot->is_by_batch)
		appendStringInfo(&path, "&properties=%s", property_names(hubspot));
	if (window->after != NULL)
		appendStringInfo(&path, "&after=%s", pendo_http_escape(window->after));
	return path.data;
}

/* ["a","b"] */
static void
append_strings(StringInfo into, List *strings)
{
	ListCell *cell;

	appendStringInfoChar(into, '[');
	foreach(cell, strings)
	{
		if (foreach_current_index(cell) > 0)
			appendStringInfoChar(into, ',');
		escape_json(into, lfirst(cell));
	}
	appendStringInfoChar(into, ']');
}

static char *
batch_body(const HubspotScan *hubspot, const HubspotWindow *window)
{
	StringInfoData body;
	ListCell *cell;

	initStringInfo(&body);
	appendStringInfoString(&body, "{\"properties\":");
	append_strings(&body, hubspot->properties);
	appendStringInfoString(&body, ",\"propertiesWithHistory\":[],\"inputs\":[");
	foreach(cell, window->ids)
		appendStringInfo(&body, "%s{\"id\":\"%s\"}",
						 foreach_current_index(cell) > 0 ? "," : "",
						 (char *) lfirst(cell));
	appendStringInfoString(&body, "]}");
	return body.data;
}

static char *
search_body(const HubspotScan *hubspot, const HubspotWindow *window)
{
	const char *modified = hubspot->table->modified +
						   strlen(HUBSPOT_PROPERTIES ".");
	StringInfoData body;

	initStringInfo(&body);
	appendStringInfo(&body,
					 "{\"filterGroups\":[{\"filters\":[{\"propertyName\":"
					 "\"%s\",\"operator\":\"GTE\",\"value\":\"" INT64_FORMAT
					 "\"}",
					 modified, hubspot->narrow.since);
	if (window->after != NULL)
		appendStringInfo(&body,
						 ",{\"propertyName\":\"hs_object_id\",\"operator\":"
						 "\"GT\",\"value\":\"%s\"}",
						 window->after);
	appendStringInfoString(&body,
						   "]}],\"sorts\":[{\"propertyName\":\"hs_object_id\","
						   "\"direction\":\"ASCENDING\"}],\"properties\":");
	append_strings(&body, hubspot->properties);
	appendStringInfo(&body, ",\"limit\":%d}", SEARCH_LIMIT);
	return body.data;
}

static const char *
build_request(void *arg, const void *what, PendoHttpSpec *spec)
{
	HubspotScan *hubspot = arg;
	const HubspotWindow *window = what;
	char *body = NULL;

	/* Asked once more: what was read of it does not count. */
	if (hubspot->ids_of == window)
		hubspot->ids_of = NULL;
	if (window->way == WAY_BATCH)
		body = batch_body(hubspot, window);
	else if (window->way == WAY_SEARCH)
		body = search_body(hubspot, window);
	hubspot_spec(hubspot->connection, body, spec);
	return window->way == WAY_LIST ? list_path(hubspot, window)
								   : window_path(hubspot, window);
}

/* Ids are digits. */
static bool
is_id(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length <= ID_DIGITS &&
		   strspn(text, "0123456789") == length;
}

/* Of the page that is being read, in the scan's memory. */
static void
note_id(HubspotScan *hubspot, const HubspotWindow *window)
{
	MemoryContext old = MemoryContextSwitchTo(hubspot->context);

	if (hubspot->ids_of != window)
		hubspot->ids = NIL;
	hubspot->ids_of = window;
	if (hubspot->last[0] != '\0')
		hubspot->ids = lappend(hubspot->ids, pstrdup(hubspot->last));
	MemoryContextSwitchTo(old);
}

/*
 * Remember the last id; what is none is not asked to be passed.  A record's
 * deletion is its last change, though HubSpot leaves the property as it was.
 */
static bool
see_row(void *arg, const void *what, PendoJsonValue *values)
{
	HubspotScan *hubspot = arg;
	const HubspotWindow *window = what;
	const PendoJsonValue *id = &values[hubspot->more_at];
	const PendoJsonValue *archived = id + 1;
	ListCell *cell;

	if (archived->kind == PENDO_JSON_STRING)
	{
		foreach(cell, hubspot->modified_at)
			values[lfirst_int(cell)] = *archived;
	}
	hubspot->last[0] = '\0';
	if (id->kind == PENDO_JSON_STRING && id->length <= ID_DIGITS)
	{
		memcpy(hubspot->last, id->start, id->length);
		hubspot->last[id->length] = '\0';
		if (!is_id(hubspot->last))
			hubspot->last[0] = '\0';
	}
	if (window->way != WAY_LIST || !hubspot->is_by_batch)
		return true;
	note_id(hubspot, window);
	return false;
}

static List *
add_window(List *windows, HubspotWay way, bool is_archived, List *ids)
{
	HubspotWindow *window = palloc0(sizeof(HubspotWindow));

	window->way = way;
	window->is_archived = is_archived;
	window->ids = ids;
	return lappend(windows, window);
}

/* paging.next.after, or NULL on the last page. */
static char *
next_mark(HubspotScan *hubspot, const char *kept)
{
	StringInfoData text;
	JsonbContainer *next;
	Jsonb *paging;
	char *after;

	if (kept == NULL || *kept != '{')
		return NULL;
	initStringInfo(&text);
	appendStringInfoString(&text, kept);
	paging = pendo_crm_parse(hubspot->connection->name, &text,
							 hubspot->table->remote);
	next = pendo_member_container(&paging->root, "next");
	if (next == NULL)
		return NULL;
	after = pendo_member_text(next, "after");
	return *after != '\0' ? after : NULL;
}

/* The page behind this one.  One that leads nowhere would go on for ever. */
static HubspotWindow *
next_page(HubspotScan *hubspot, const HubspotWindow *window, const char *kept)
{
	char *after = next_mark(hubspot, kept);
	HubspotWindow *next;

	if (after == NULL)
		return NULL;
	if (window->way == WAY_SEARCH)
		after = pstrdup(hubspot->last);
	if (*after == '\0' ||
		(window->after != NULL && strcmp(window->after, after) == 0))
		pendo_crm_bad_answer(hubspot->connection->name, hubspot->table->remote,
							 "its next page is the same one");
	next = palloc0(sizeof(HubspotWindow));
	*next = *window;
	next->after = after;
	return next;
}

static List *
next_windows(void *arg, const void *what, const char *kept)
{
	HubspotScan *hubspot = arg;
	const HubspotWindow *window = what;
	List *windows = NIL;
	HubspotWindow *page;

	if (window->way == WAY_BATCH)
		return NIL;
	page = next_page(hubspot, window, kept);
	if (page != NULL)
		windows = list_make1(page);
	if (hubspot->ids_of == window && hubspot->ids != NIL)
		windows = add_window(windows, WAY_BATCH, window->is_archived,
							 hubspot->ids);
	hubspot->ids_of = NULL;
	return windows;
}

static PendoBudget *
window_budget(void *arg, const void *what)
{
	const HubspotScan *hubspot = arg;
	const HubspotWindow *window = what;

	return pendo_connection_budget(hubspot->connection,
								   window->way == WAY_SEARCH ? "/search" : "");
}

static char *
describe_window(void *arg, const void *what)
{
	static const char *const words[] = {
		[WAY_LIST] = "list",
		[WAY_BATCH] = "batch",
		[WAY_SEARCH] = "search",
	};
	const HubspotScan *hubspot = arg;
	const HubspotWindow *window = what;

	return psprintf("%s of %s%s%s%s", words[window->way],
					window->is_archived ? "archived " : "",
					hubspot->table->remote,
					window->after != NULL ? " after " : "",
					window->after != NULL ? window->after : "");
}

static List *
add_batches(List *windows, const HubspotScan *hubspot, bool is_archived)
{
	ListCell *cell;

	foreach(cell, pendo_crm_batches(&hubspot->narrow, is_id, BATCH_LIMIT))
		windows = add_window(windows, WAY_BATCH, is_archived, lfirst(cell));
	return windows;
}

/* The windows to begin with; further pages follow from their answers. */
static List *
first_windows(const HubspotScan *hubspot)
{
	const PendoCrmNarrow *narrow = &hubspot->narrow;
	bool by_id = narrow->by_key && hubspot->table->has_custom;
	List *windows = NIL;

	if (narrow->wants_live && by_id)
		windows = add_batches(windows, hubspot, false);
	else if (narrow->wants_live)
		windows = add_window(windows, narrow->by_time ? WAY_SEARCH : WAY_LIST,
							 false, NIL);
	if (narrow->wants_deleted && by_id)
		windows = add_batches(windows, hubspot, true);
	else if (narrow->wants_deleted)
		windows = add_window(windows, WAY_LIST, true, NIL);
	return windows;
}

/* The property of a column, or NULL if it is none. */
static char *
property_of(const PendoColumn *column)
{
	char **path = column->path;

	if (strcmp(path[0], HUBSPOT_PROPERTIES) != 0 || path[1] == NULL)
		return NULL;
	return path[1];
}

static List *
properties_of(const PendoScan *scan)
{
	List *properties = NIL;
	int attnum = -1;

	while ((attnum = bms_next_member(scan->columns, attnum)) >= 0)
	{
		char *property = property_of(&scan->relation->columns[attnum - 1]);

		if (property != NULL)
			properties = lappend(properties, property);
	}
	return properties;
}

/* Places among the values of the time of the last change. */
static List *
modified_columns(const PendoScan *scan)
{
	const PendoCrmTable *table = scan->relation->object->detail;
	List *places = NIL;
	int attnum = -1;
	int i = 0;

	while ((attnum = bms_next_member(scan->columns, attnum)) >= 0)
	{
		char **path = scan->relation->columns[attnum - 1].path;

		if (table->modified != NULL &&
			strcmp(pendo_crm_path_text(path), table->modified) == 0)
			places = lappend_int(places, i);
		i++;
	}
	return places;
}

static HubspotScan *
prepare_scan(const PendoScan *scan)
{
	HubspotScan *hubspot = palloc0(sizeof(HubspotScan));

	hubspot->scan = scan;
	hubspot->table = scan->relation->object->detail;
	hubspot->connection = scan->connection;
	hubspot->properties = properties_of(scan);
	hubspot->modified_at = modified_columns(scan);
	hubspot->context = CurrentMemoryContext;
	hubspot->is_by_batch = strlen(property_names(hubspot)) > LONGEST_NAMES;
	pendo_crm_narrow(scan, &hubspot->narrow);
	return hubspot;
}

PendoStream *
hubspot_scan_open(MemoryContext owner, const PendoScan *scan)
{
	static const char *const id_path[] = {"id", NULL};
	static const char *const archived_path[] = {"archivedAt", NULL};
	static const char *const *const more[] = {id_path, archived_path, NULL};
	MemoryContext old = MemoryContextSwitchTo(owner);
	HubspotScan *hubspot = prepare_scan(scan);
	PendoStreamSource *source = &hubspot->source;
	PendoStream *stream;

	hubspot->more_at = pendo_crm_fill_source(source, scan, more);
	source->arg = hubspot;
	source->request = build_request;
	source->describe = describe_window;
	source->next = next_windows;
	source->saw = see_row;
	source->budget = window_budget;
	source->rows_member = "results";
	source->kept_member = "paging";
	stream = pendo_stream_open(owner, scan->connection, source,
							   first_windows(hubspot));
	MemoryContextSwitchTo(old);
	return stream;
}

void
hubspot_scan_explain(const PendoScan *scan, List **labels, List **texts)
{
	HubspotScan *hubspot = prepare_scan(scan);
	const HubspotWindow *before = NULL;
	StringInfoData requests;
	ListCell *cell;

	initStringInfo(&requests);
	foreach(cell, first_windows(hubspot))
	{
		const HubspotWindow *window = lfirst(cell);

		if (before != NULL && before->way == window->way &&
			before->is_archived == window->is_archived)
			continue; /* one more batch */
		appendStringInfo(&requests, "%s%s %s", before != NULL ? ", " : "",
						 window->way == WAY_LIST ? "GET" : "POST",
						 window_path(hubspot, window));
		before = window;
	}
	pendo_crm_say(labels, texts, "Request",
				  before != NULL ? requests.data : "none");
	if (hubspot->properties != NIL)
		pendo_crm_say(labels, texts, "Properties", property_names(hubspot));
	pendo_crm_explain(&hubspot->narrow, labels, texts);
}
