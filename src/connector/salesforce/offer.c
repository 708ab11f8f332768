/*-------------------------------------------------------------------------
 *
 * connector/salesforce/offer.c
 *	  The tables that a Salesforce connection offers: standard fields, and
 *	  those that the organisation defined itself.
 *
 * A field that the signed-in user may not see is missing in the description
 * of its object, and a query that names it fails: it is left out here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/answer_json.h"
#include "connector/offer.h"
#include "connector/salesforce/salesforce.h"

/*
 * Salesforce's words for types; a word that is not here (string, picklist,
 * reference, email, ...) is read as text.
 */
static const struct
{
	const char *word;
	PendoFieldType type;
} type_words[] = {
	{"boolean", PENDO_FIELD_BOOLEAN},
	{"int", PENDO_FIELD_INTEGER},
	{"long", PENDO_FIELD_INTEGER},
	{"double", PENDO_FIELD_NUMBER},
	{"currency", PENDO_FIELD_NUMBER},
	{"percent", PENDO_FIELD_NUMBER},
	{"date", PENDO_FIELD_DATE},
	{"datetime", PENDO_FIELD_TIME},
	{"multipicklist", PENDO_FIELD_TEXT_LIST},
	{"address", PENDO_FIELD_JSON},
	{"location", PENDO_FIELD_JSON},
};

static PendoFieldType
field_type(JsonbContainer *field)
{
	char *type = pendo_member_text(field, "type");

	for (int i = 0; i < lengthof(type_words); i++)
	{
		if (strcmp(type_words[i].word, type) == 0)
			return type_words[i].type;
	}
	return PENDO_FIELD_TEXT;
}

/* The list of an object's fields, as the signed-in user sees them. */
static JsonbContainer *
describe(PendoConnection *connection, const PendoCrmTable *table)
{
	PendoHttpSpec spec = {0};

	salesforce_spec(connection, &spec);
	return pendo_crm_ask_list(connection,
							  salesforce_path(connection->options,
											  psprintf("/sobjects/%s/describe",
													   table->remote)),
							  &spec, psprintf("fields of %s", table->remote),
							  "fields");
}

/* Is a standard field among them? */
static bool
is_seen(JsonbContainer *fields, const char *name)
{
	for (uint32 i = 0; i < JsonContainerSize(fields); i++)
	{
		JsonbContainer *field = pendo_element_object(fields, i);

		if (field != NULL &&
			strcmp(pendo_member_text(field, "name"), name) == 0)
			return true;
	}
	return false;
}

static void
offer_custom(PendoOfferedTable *offer, JsonbContainer *fields)
{
	for (uint32 i = 0; i < JsonContainerSize(fields) && i < PENDO_OFFER_COLUMNS;
		 i++)
	{
		JsonbContainer *field = pendo_element_object(fields, i);
		char *name = field ? pendo_member_text(field, "name") : "";

		if (*name == '\0' || !pendo_member_bool(field, "custom"))
			continue;
		pendo_offer_other(offer, name, field_type(field), name,
						  psprintf("field %s (%s)", name,
								   pendo_member_text(field, "label")));
	}
}

static PendoOfferedTable *
offer_table(PendoConnection *connection, const PendoObject *object)
{
	PendoOfferedTable *offer = pendo_offer_table(object);
	JsonbContainer *fields = NULL;

	if (connection != NULL)
		fields = describe(connection, object->detail);
	for (int i = 0; i < object->field_count; i++)
	{
		if (fields == NULL || is_seen(fields, object->fields[i].path))
			pendo_offer_field(offer, &object->fields[i]);
	}
	if (fields != NULL)
		offer_custom(offer, fields);
	return offer;
}

List *
salesforce_offer(PendoConnection *connection, const char *period, List *only)
{
	List *offers = NIL;

	for (int i = 0; i < salesforce_object_table.count; i++)
	{
		const PendoObject *object = &salesforce_object_table.objects[i];

		if (pendo_offer_is_wanted(object, only))
			offers = lappend(offers, offer_table(connection, object));
	}
	return offers;
}
