/*-------------------------------------------------------------------------
 *
 * connector/pendo/fingerprint.c
 *	  What tells whether a window's rows changed, in one small request.
 *
 * Events are only ever added.  So for each day the number of rows, the sums of
 * their events and minutes and the last event's time are the same if, and
 * nearly only if, its rows are the same; a pull reads a window once more when
 * it closes, whatever these say.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "connector/ask.h"
#include "connector/pendo/pendo.h"

#define STAGE \
	"{\"group\":{\"group\":[\"day\"],\"fields\":[" \
	"{\"rows\":{\"count\":null}},{\"events\":{\"sum\":\"numEvents\"}}," \
	"{\"minutes\":{\"sum\":\"numMinutes\"}},{\"last\":{\"max\":\"lastTime\"}}]}}"

/*
 * The answer's text: {"results": [{"day": ms, "rows": …}, …]}.  NULL for objects
 * that Pendo does not group by day, and where no row can be.
 */
char *
pendo_fingerprint(const PendoScan *scan)
{
	PendoAggregation *pendo = pendo_prepare_scan(scan);
	PendoWindow whole = {0};
	PendoHttpSpec spec = {0};
	StringInfoData pipeline;
	List *windows;

	if (pendo->table->shape != PENDO_SHAPE_GROUPED || pendo->is_hourly)
		return NULL;
	windows = pendo_cut_windows(pendo);
	if (windows == NIL)
		return NULL;
	whole.start = ((PendoWindow *) linitial(windows))->start;
	whole.end = ((PendoWindow *) llast(windows))->end;
	initStringInfo(&pipeline);
	pendo->select = NULL;
	pendo_append_pipeline(&pipeline, pendo, &whole);
	pipeline.data[--pipeline.len] = '\0'; /* the list goes on */
	appendStringInfoString(&pipeline, "," STAGE "]");
	pendo_aggregation_spec(pendo->connection, pipeline.data, &spec);
	return pendo_ask(pendo->connection, PENDO_AGGREGATION_PATH, &spec,
					 scan->relation->name)
		->body.data;
}
