/*-------------------------------------------------------------------------
 *
 * connector/pendo/metadata.c
 *	  The tables that a connection offers, with the metadata fields that its
 *	  subscription defined.
 *
 * A metadata field becomes a column named group_field, by the rule that
 * connector/offer.h has, in the order of groups and fields.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "connector/answer_json.h"
#include "connector/ask.h"
#include "connector/offer.h"
#include "connector/pendo/pendo.h"

/* One field of the metadata schema. */
typedef struct MetadataField
{
	char *group;
	char *name;
	char *type; /* Pendo's word; "" if unset */
	char *display_name;
	bool is_deleted;
} MetadataField;

/* Pendo's words for types; a word that is not here is read as JSON. */
static const struct
{
	const char *word;
	PendoFieldType type;
} type_words[] = {
	{"string", PENDO_FIELD_TEXT},	  {"time", PENDO_FIELD_TIME},
	{"date", PENDO_FIELD_TIME},		  {"boolean", PENDO_FIELD_BOOLEAN},
	{"integer", PENDO_FIELD_INTEGER}, {"float", PENDO_FIELD_NUMBER},
	{"number", PENDO_FIELD_NUMBER},
};

/* Fields whose type the schema does not tell well. */
static const struct
{
	const char *group;
	const char *name;
	PendoFieldType type;
} known_types[] = {
	{"auto", "accountids", PENDO_FIELD_TEXT_LIST},
	{"auto", "idhash", PENDO_FIELD_INTEGER},
	{"auto", "nid", PENDO_FIELD_INTEGER},
};

/* Groups in the order in which people look for them; others follow. */
static const char *const group_order[] = {"agent", "custom", "auto"};

static PendoFieldType
field_type(const MetadataField *field)
{
	for (int i = 0; i < lengthof(known_types); i++)
	{
		if (strcmp(known_types[i].group, field->group) == 0 &&
			strcmp(known_types[i].name, field->name) == 0)
			return known_types[i].type;
	}
	for (int i = 0; i < lengthof(type_words); i++)
	{
		if (strcmp(type_words[i].word, field->type) == 0)
			return type_words[i].type;
	}
	return PENDO_FIELD_JSON;
}

static int
group_rank(const char *group)
{
	for (int i = 0; i < lengthof(group_order); i++)
	{
		if (strcmp(group_order[i], group) == 0)
			return i;
	}
	return lengthof(group_order);
}

static int
compare_fields(const ListCell *a, const ListCell *b)
{
	const MetadataField *x = lfirst(a);
	const MetadataField *y = lfirst(b);
	int order = group_rank(x->group) - group_rank(y->group);

	if (order == 0)
		order = strcmp(x->group, y->group);
	return order != 0 ? order : strcmp(x->name, y->name);
}

static char *
value_text(const JsonbValue *value)
{
	if (value->type == jbvString)
		return pnstrdup(value->val.string.val, value->val.string.len);
	return pstrdup("");
}

/* The descriptor of one field; unknown members are passed over. */
static void
read_descriptor(JsonbContainer *container, MetadataField *field)
{
	JsonbIterator *it = JsonbIteratorInit(container);
	JsonbValue key;
	JsonbValue value;

	field->type = field->display_name = "";
	(void) JsonbIteratorNext(&it, &key, true);
	while (JsonbIteratorNext(&it, &key, true) == WJB_KEY)
	{
		char *name = value_text(&key);

		(void) JsonbIteratorNext(&it, &value, true);
		if (strcmp(name, "Type") == 0)
			field->type = value_text(&value);
		else if (strcmp(name, "DisplayName") == 0)
			field->display_name = value_text(&value);
		else if (strcmp(name, "isDeleted") == 0)
			field->is_deleted = value.type == jbvBool && value.val.boolean;
	}
}

/* The fields of one group, appended. */
static List *
read_group(List *fields, const char *group, JsonbContainer *container)
{
	JsonbIterator *it = JsonbIteratorInit(container);
	JsonbValue key;
	JsonbValue value;

	(void) JsonbIteratorNext(&it, &key, true);
	while (JsonbIteratorNext(&it, &key, true) == WJB_KEY)
	{
		MetadataField *field = palloc0(sizeof(MetadataField));

		field->group = pstrdup(group);
		field->name = value_text(&key);
		(void) JsonbIteratorNext(&it, &value, true);
		if (value.type != jbvBinary ||
			!JsonContainerIsObject(value.val.binary.data))
			continue;
		read_descriptor(value.val.binary.data, field);
		if (!field->is_deleted && *field->name != '\0')
			fields = lappend(fields, field);
	}
	return fields;
}

pg_noreturn static void
bad_schema(const char *server, const char *kind, const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_FDW_INVALID_DATA_TYPE),
			 errmsg("cannot read the metadata schema of server \"%s\"", server),
			 errdetail("Of the answer about %ss: %s.", kind, why),
			 errhint("Check that the server's base_url names Pendo's API.")));
}

static Jsonb *
parse_schema(const char *server, const char *kind, const StringInfo body)
{
	const char *problem;
	Jsonb *schema = pendo_parse_answer(body, &problem);

	if (schema == NULL)
		bad_schema(server, kind, problem);
	return schema;
}

/*
 * All fields of the groups.  A group may be null; anything else than an object
 * is no schema, and fields may be missing.
 */
static List *
read_schema(const char *server, const char *kind, Jsonb *schema)
{
	List *fields = NIL;
	JsonbIterator *it;
	JsonbValue key;
	JsonbValue value;

	if (!JB_ROOT_IS_OBJECT(schema))
		bad_schema(server, kind, "it is not an object");
	it = JsonbIteratorInit(&schema->root);
	(void) JsonbIteratorNext(&it, &key, true);
	while (JsonbIteratorNext(&it, &key, true) == WJB_KEY)
	{
		char *group = value_text(&key);

		(void) JsonbIteratorNext(&it, &value, true);
		if (value.type == jbvBinary &&
			JsonContainerIsObject(value.val.binary.data))
			fields = read_group(fields, group, value.val.binary.data);
		else if (value.type != jbvNull)
			bad_schema(server, kind, "a group is not an object");
	}
	list_sort(fields, compare_fields);
	return fields;
}

/* Ask for the metadata fields of visitors or accounts. */
static List *
fetch_schema(PendoConnection *connection, const char *kind)
{
	PendoHttpSpec spec = {0};
	PendoHttpAnswer *answer;

	pendo_get_spec(connection, &spec);
	answer = pendo_ask(connection, psprintf("/api/v1/metadata/schema/%s", kind),
					   &spec, psprintf("metadata schema of %ss", kind));
	return read_schema(connection->name, kind,
					   parse_schema(connection->name, kind, &answer->body));
}

/* "metadata.group.field" */
static char *
field_path(const MetadataField *field)
{
	StringInfoData path;

	initStringInfo(&path);
	appendStringInfoString(&path, "metadata.");
	pendo_append_path_name(&path, field->group);
	appendStringInfoChar(&path, '.');
	pendo_append_path_name(&path, field->name);
	return path.data;
}

static char *
column_comment(const MetadataField *field)
{
	return psprintf("%s metadata \"%s\"%s%s%s", field->group, field->name,
					*field->display_name ? " (" : "", field->display_name,
					*field->display_name ? ")" : "");
}

static void
offer_metadata(PendoOfferedTable *table, PendoConnection *connection,
			   const char *kind)
{
	List *fields = fetch_schema(connection, kind);
	ListCell *cell;

	foreach(cell, fields)
	{
		const MetadataField *field = lfirst(cell);

		if (foreach_current_index(cell) >= PENDO_OFFER_COLUMNS)
		{
			ereport(NOTICE,
					(errmsg("%d metadata fields of %ss have no column of "
							"their own",
							list_length(fields) - PENDO_OFFER_COLUMNS, kind),
					 errdetail("The column \"metadata\" holds them.")));
			break;
		}
		pendo_offer_other(table, psprintf("%s_%s", field->group, field->name),
						  field_type(field), field_path(field),
						  column_comment(field));
	}
}

static PendoOfferedTable *
offer_table(PendoConnection *connection, const PendoObject *object,
			const char *period)
{
	const PendoTable *table = object->detail;
	PendoOfferedTable *offer = pendo_offer_table(object);

	if (table->shape == PENDO_SHAPE_GROUPED)
		offer->period = period;
	for (int i = 0; i < object->field_count; i++)
	{
		if (pendo_in_grain(table, &object->fields[i], period))
			pendo_offer_field(offer, &object->fields[i]);
	}
	if (table->metadata_kind != NULL && connection != NULL)
		offer_metadata(offer, connection, table->metadata_kind);
	return offer;
}

List *
pendo_offer(PendoConnection *connection, const char *period, List *only)
{
	List *offers = NIL;

	for (int i = 0; i < pendo_object_table.count; i++)
	{
		const PendoObject *object = &pendo_object_table.objects[i];

		if (pendo_offer_is_wanted(object, only))
			offers = lappend(offers, offer_table(connection, object, period));
	}
	return offers;
}
