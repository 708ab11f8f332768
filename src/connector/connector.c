/*-------------------------------------------------------------------------
 *
 * connector/connector.c
 *	  The connectors there are.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/connector.h"

static const PendoConnector *const connectors[] = {
	&pendo_connector_pendo,
};

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
