/*-------------------------------------------------------------------------
 *
 * connector/salesforce/scan.c
 *	  A scan of Salesforce: its queries in SOQL, and what EXPLAIN says.
 *
 * A query names the columns that are read, and narrows by id and by the time
 * of the last change.  Its answer comes in pages, each of which has the
 * path of the next one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/salesforce/salesforce.h"

/* Ids in one query: a URL must stay below 16 kB. */
#define IDS_LIMIT 200

/* Salesforce takes no longer address. */
#define LONGEST_PATH 16000

/* One request's share of a scan. */
typedef struct SalesforceWindow
{
	const char *path; /* of a further page; NULL: the query itself */
	List *ids;		  /* of char *; NIL: not narrowed by ids */
} SalesforceWindow;

/* A scan, behind the stream's callbacks. */
typedef struct SalesforceScan
{
	const PendoScan *scan;
	const PendoCrmTable *table;
	PendoConnection *connection;
	PendoCrmNarrow narrow;
	char *fields; /* joined by commas */
	PendoStreamSource source;
} SalesforceScan;

/* Can SOQL name this? */
static bool
is_field_name(const char *name)
{
	if (!isalpha((unsigned char) *name))
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
						"0123456789_.") == strlen(name);
}

/* A field may stand behind several columns, but once in a query. */
static char *
fields_of(const PendoScan *scan)
{
	List *names = NIL;
	StringInfoData fields;
	int attnum = -1;

	initStringInfo(&fields);
	while ((attnum = bms_next_member(scan->columns, attnum)) >= 0)
	{
		const PendoColumn *column = &scan->relation->columns[attnum - 1];
		char *name = pendo_crm_path_text(column->path);
		bool is_new = true;
		ListCell *cell;

		if (!is_field_name(name))
			ereport(ERROR,
					(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
					 errmsg("column \"%s\" of foreign table \"%s\" names no "
							"field of Salesforce",
							column->name, scan->relation->name),
					 errhint("Name it in the column's option field, as "
							 "Industry, Score__c or Owner.Name.")));
		foreach(cell, names)
			is_new = is_new && strcmp(lfirst(cell), name) != 0;
		if (!is_new)
			continue;
		names = lappend(names, name);
		appendStringInfo(&fields, "%s%s", fields.len > 0 ? ", " : "", name);
	}
	return fields.len > 0 ? fields.data : pstrdup("Id");
}

/* 15 or 18 letters and digits. */
static bool
is_id(const char *text)
{
	size_t length = strlen(text);

	if (length != 15 && length != 18)
		return false;
	for (const char *c = text; *c != '\0'; c++)
	{
		if (IS_HIGHBIT_SET(*c) || !isalnum((unsigned char) *c))
			return false;
	}
	return true;
}

static char *
soql(const SalesforceScan *salesforce, const List *ids)
{
	const PendoCrmNarrow *narrow = &salesforce->narrow;
	const char *joint = " WHERE ";
	StringInfoData text;
	ListCell *cell;

	initStringInfo(&text);
	appendStringInfo(&text, "SELECT %s FROM %s", salesforce->fields,
					 salesforce->table->remote);
	if (ids != NIL)
	{
		appendStringInfo(&text, "%sId IN (", joint);
		foreach(cell, ids)
			appendStringInfo(&text, "%s'%s'",
							 foreach_current_index(cell) > 0 ? "," : "",
							 (char *) lfirst(cell));
		appendStringInfoChar(&text, ')');
		joint = " AND ";
	}
	if (narrow->by_time)
	{
		appendStringInfo(&text, "%sSystemModstamp >= %s", joint,
						 pendo_crm_time(narrow->since));
		joint = " AND ";
	}
	if (!narrow->wants_live)
		appendStringInfo(&text, "%sIsDeleted = true", joint);
	return text.data;
}

/* With deleted records it is another resource. */
static const char *
resource(const SalesforceScan *salesforce)
{
	return salesforce->narrow.wants_deleted ? "queryAll" : "query";
}

static const char *
build_request(void *arg, const void *what, PendoHttpSpec *spec)
{
	const SalesforceScan *salesforce = arg;
	const SalesforceWindow *window = what;
	char *path;

	salesforce_spec(salesforce->connection, spec);
	if (window->path != NULL)
		return window->path;
	path = salesforce_path(salesforce->scan->relation->options,
						   psprintf("/%s?q=%s", resource(salesforce),
									pendo_http_escape(
										soql(salesforce, window->ids))));
	if (strlen(path) > LONGEST_PATH)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many columns of foreign table \"%s\" for one "
						"query of Salesforce",
						salesforce->scan->relation->name),
				 errhint("Name fewer columns in the query.")));
	return path;
}

/* The path in the member nextRecordsUrl, which is on the same host. */
static List *
next_window(void *arg, const void *what, const char *kept)
{
	const SalesforceScan *salesforce = arg;
	SalesforceWindow *next;
	size_t length;

	if (kept == NULL || *kept != '"')
		return NIL;
	length = strlen(kept) - 2;
	next = palloc0(sizeof(SalesforceWindow));
	next->path = pnstrdup(kept + 1, length);
	if (strncmp(next->path, "/services/data/", 15) != 0 ||
		strspn(next->path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXY"
						   "Z0123456789/._-") != length ||
		strcmp(next->path, ((const SalesforceWindow *) what)->path
							   ? ((const SalesforceWindow *) what)->path
							   : "") == 0)
		pendo_crm_bad_answer(salesforce->connection->name,
							 salesforce->table->remote,
							 "its next page has no path that leads on");
	return list_make1(next);
}

static char *
describe_window(void *arg, const void *what)
{
	const SalesforceScan *salesforce = arg;
	const SalesforceWindow *window = what;

	return psprintf("%s of %s%s", resource(salesforce),
					salesforce->table->remote,
					window->path != NULL ? ", a further page" : "");
}

static List *
add_window(List *windows, List *ids)
{
	SalesforceWindow *window = palloc0(sizeof(SalesforceWindow));

	window->ids = ids;
	return lappend(windows, window);
}

static List *
first_windows(const SalesforceScan *salesforce)
{
	const PendoCrmNarrow *narrow = &salesforce->narrow;
	List *windows = NIL;
	ListCell *cell;

	if (!narrow->wants_live && !narrow->wants_deleted)
		return NIL;
	if (!narrow->by_key)
		return add_window(NIL, NIL);
	foreach(cell, pendo_crm_batches(narrow, is_id, IDS_LIMIT))
		windows = add_window(windows, lfirst(cell));
	return windows;
}

static SalesforceScan *
prepare_scan(const PendoScan *scan)
{
	SalesforceScan *salesforce = palloc0(sizeof(SalesforceScan));

	salesforce->scan = scan;
	salesforce->table = scan->relation->object->detail;
	salesforce->connection = scan->connection;
	salesforce->fields = fields_of(scan);
	pendo_crm_narrow(scan, &salesforce->narrow);
	return salesforce;
}

PendoStream *
salesforce_scan_open(MemoryContext owner, const PendoScan *scan)
{
	MemoryContext old = MemoryContextSwitchTo(owner);
	SalesforceScan *salesforce = prepare_scan(scan);
	static const char *const *const no_more[] = {NULL};
	PendoStreamSource *source = &salesforce->source;
	PendoStream *stream;

	(void) pendo_crm_fill_source(source, scan, no_more);
	source->arg = salesforce;
	source->request = build_request;
	source->describe = describe_window;
	source->next = next_window;
	source->rows_member = "records";
	source->kept_member = "nextRecordsUrl";
	stream = pendo_stream_open(owner, scan->connection, source,
							   first_windows(salesforce));
	MemoryContextSwitchTo(old);
	return stream;
}

void
salesforce_scan_explain(const PendoScan *scan, List **labels, List **texts)
{
	SalesforceScan *salesforce = prepare_scan(scan);
	List *windows = first_windows(salesforce);

	if (windows == NIL)
		pendo_crm_say(labels, texts, "Request", "none");
	else
	{
		const SalesforceWindow *first = linitial(windows);

		pendo_crm_say(
			labels, texts, "Request",
			psprintf("GET %s",
					 salesforce_path(scan->relation->options,
									 psprintf("/%s", resource(salesforce)))));
		pendo_crm_say(labels, texts, "SOQL", soql(salesforce, first->ids));
	}
	pendo_crm_explain(&salesforce->narrow, labels, texts);
}
