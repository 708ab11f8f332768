/*-------------------------------------------------------------------------
 *
 * connector/connector.c
 *	  The connectors there are.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/connector.h"
#include "utils/memutils.h"

static const PendoConnector *const connectors[] = {
	&pendo_connector_pendo,
	&pendo_connector_hubspot,
	&pendo_connector_salesforce,
};

/* Joined at first use, for the life of the process. */
static PendoOptionTable option_tables[lengthof(connectors)];

const PendoConnector *
pendo_connector_by_name(const char *name)
{
	for (int i = 0; i < lengthof(connectors); i++)
	{
		if (strcmp(connectors[i]->name, name) == 0)
			return connectors[i];
	}
	return NULL;
}

static int
compare_options(const void *a, const void *b)
{
	return strcmp(((const PendoOption *) a)->name,
				  ((const PendoOption *) b)->name);
}

static void
join_options(const PendoConnector *connector, PendoOptionTable *into)
{
	const PendoOptionTable *const *part;
	PendoOption *options;
	PendoOptionTable joined = {0};
	int room = 0;

	for (part = connector->option_parts; *part != NULL; part++)
		room += (*part)->count;
	options = MemoryContextAlloc(TopMemoryContext, room * sizeof(PendoOption));
	joined.options = options;
	for (part = connector->option_parts; *part != NULL; part++)
	{
		for (int i = 0; i < (*part)->count; i++)
		{
			const PendoOption *option = &(*part)->options[i];

			if (pendo_option_find(&joined, option->name, ~0) == NULL)
				options[joined.count++] = *option;
		}
	}
	qsort(options, joined.count, sizeof(PendoOption), compare_options);
	*into = joined;
}

const PendoOptionTable *
pendo_connector_options(const PendoConnector *connector)
{
	int i = 0;

	while (connectors[i] != connector)
		i++;
	if (option_tables[i].options == NULL)
		join_options(connector, &option_tables[i]);
	return &option_tables[i];
}
