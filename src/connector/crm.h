/*-------------------------------------------------------------------------
 *
 * connector/crm.h
 *	  What the connectors of CRMs share: what of a query they can run.
 *
 * A CRM is asked for records by their keys, for those that were changed since
 * a time, and with or without those that were deleted.  All of that is lossy:
 * at least these records come, and conditions are checked again here.
 * Everything else of a query stays here.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_CRM_H
#define PENDO_CRM_H

#include "connector/connector.h"
#include "lib/stringinfo.h"
#include "utils/jsonb.h"

/* An object of a CRM: PendoObject.detail. */
typedef struct PendoCrmTable
{
	const char *remote;	  /* its name in the API */
	const char *key;	  /* path of a record's id */
	const char *modified; /* path of the time of its last change, or NULL */
	const char *deleted;  /* path of the mark of deleted records, or NULL */
	bool has_custom;	  /* its administrator may have defined fields */
} PendoCrmTable;

/* PendoConnector's write_hint. */
#define PENDO_CRM_WRITE_HINT \
	"Change the record in the CRM, or send values to it with " \
	"pendo.define_push() or pendo.enqueue()."

/* What of a scan's records is asked for. */
typedef struct PendoCrmNarrow
{
	bool by_key;
	List *keys; /* of char *, each once */
	bool by_time;
	int64 since; /* ms since 1970, inclusive */
	bool wants_live;
	bool wants_deleted;
	bool is_known; /* false: values are known when the query runs */
} PendoCrmNarrow;

/* PendoConnector's has_field and classify. */
extern bool
pendo_crm_has_field(const PendoRelation *relation, const PendoField *field);
extern PendoPushClass
pendo_crm_classify(const PendoRelation *relation, const PendoFilter *leaf,
				   const PendoOperand *value);

/*
 * Read the scan's filters.  Deleted records are wanted where the scan reads
 * the column that marks them, unless a filter on it says otherwise.
 */
extern void pendo_crm_narrow(const PendoScan *scan, PendoCrmNarrow *narrow);

/* "2024-03-01T12:00:00.000Z"; palloc'ed. */
extern char *pendo_crm_time(int64 ms);

/*
 * Fill in what of a stream's source all CRMs have alike: paths (those of the
 * scan's columns, then those of "more", which ends with NULL), limits, and that
 * pages are read whole, so that a failure can always be tried again.  Returns
 * where the further paths begin.
 */
extern int
pendo_crm_fill_source(PendoStreamSource *source, const PendoScan *scan,
					  const char *const *const *more);

/* Names of a path joined by dots; palloc'ed. */
extern char *pendo_crm_path_text(char **path);

/* Append a line of EXPLAIN's. */
extern void
pendo_crm_say(List **labels, List **texts, const char *label, const char *text);

/*
 * The keys that can be ids, in lists of at most "limit"; one that is none is
 * the id of no record, and is not asked for.
 */
extern List *pendo_crm_batches(const PendoCrmNarrow *narrow,
							   bool (*is_id)(const char *text), int limit);

/* What EXPLAIN says of keys and time; appended to the lists. */
extern void
pendo_crm_explain(const PendoCrmNarrow *narrow, List **labels, List **texts);

/* An answer about "what" as jsonb; an error if it is none. */
extern Jsonb *
pendo_crm_parse(const char *server, const StringInfo body, const char *what);

/*
 * Ask for a document about "what", and return the list that its member of that
 * name is; an error if there is none.
 */
extern JsonbContainer *
pendo_crm_ask_list(PendoConnection *connection, const char *path,
				   PendoHttpSpec *spec, const char *what, const char *member);

/* Raise that an answer is not what the remote system is known to send. */
pg_noreturn extern void
pendo_crm_bad_answer(const char *server, const char *what, const char *problem);

#endif /* PENDO_CRM_H */
