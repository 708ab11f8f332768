/*-------------------------------------------------------------------------
 *
 * connector/hubspot/offer.c
 *	  The tables that a HubSpot connection offers, with the properties that
 *	  its account defined.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/answer_json.h"
#include "connector/hubspot/hubspot.h"
#include "connector/offer.h"

/* HubSpot's words for types; a word that is not here is read as text. */
static const struct
{
	const char *word;
	PendoFieldType type;
} type_words[] = {
	{"number", PENDO_FIELD_NUMBER},
	{"bool", PENDO_FIELD_BOOLEAN},
	{"date", PENDO_FIELD_DATE},
	{"datetime", PENDO_FIELD_TIME},
};

static PendoFieldType
property_type(JsonbContainer *property)
{
	char *type = pendo_member_text(property, "type");

	/* Several options may be chosen. */
	if (strcmp(type, "enumeration") == 0 &&
		strcmp(pendo_member_text(property, "fieldType"), "checkbox") == 0)
		return PENDO_FIELD_TEXT_LIST;
	for (int i = 0; i < lengthof(type_words); i++)
	{
		if (strcmp(type_words[i].word, type) == 0)
			return type_words[i].type;
	}
	return PENDO_FIELD_TEXT;
}

static void
offer_property(PendoOfferedTable *offer, JsonbContainer *property)
{
	char *name = pendo_member_text(property, "name");
	StringInfoData path;

	if (*name == '\0' || pendo_member_bool(property, "hubspotDefined") ||
		pendo_member_bool(property, "archived"))
		return;
	initStringInfo(&path);
	appendStringInfoString(&path, HUBSPOT_PROPERTIES ".");
	pendo_append_path_name(&path, name);
	pendo_offer_other(offer, name, property_type(property), path.data,
					  psprintf("property \"%s\" (%s)", name,
							   pendo_member_text(property, "label")));
}

/* Of all the object's properties, those of the account's own making. */
static void
offer_properties(PendoOfferedTable *offer, PendoConnection *connection,
				 const PendoCrmTable *table)
{
	PendoHttpSpec spec = {0};
	JsonbContainer *list;

	hubspot_spec(connection, NULL, &spec);
	list = pendo_crm_ask_list(connection,
							  hubspot_path(connection->options, "properties",
										   psprintf("/%s", table->remote)),
							  &spec,
							  psprintf("properties of %s", table->remote),
							  "results");
	for (uint32 i = 0; i < JsonContainerSize(list) && i < PENDO_OFFER_COLUMNS;
		 i++)
	{
		JsonbContainer *property = pendo_element_object(list, i);

		if (property != NULL)
			offer_property(offer, property);
	}
}

List *
hubspot_offer(PendoConnection *connection, const char *period, List *only)
{
	List *offers = NIL;

	for (int i = 0; i < hubspot_object_table.count; i++)
	{
		const PendoObject *object = &hubspot_object_table.objects[i];
		const PendoCrmTable *table = object->detail;
		PendoOfferedTable *offer;

		if (!pendo_offer_is_wanted(object, only))
			continue;
		offer = pendo_offer_table(object);
		for (int j = 0; j < object->field_count; j++)
			pendo_offer_field(offer, &object->fields[j]);
		if (table->has_custom && connection != NULL)
			offer_properties(offer, connection, table);
		offers = lappend(offers, offer);
	}
	return offers;
}
