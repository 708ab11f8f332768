/*-------------------------------------------------------------------------
 *
 * connector/connector.h
 *	  The one interface between the foreign data wrapper and a remote system.
 *
 * A connector is data (its options, the objects and fields it offers) and a
 * few functions (what of a condition the remote can run, how a scan is cut
 * into requests).  fdw/ knows PostgreSQL's planner and executor and no remote
 * system; a connector knows its remote system and nothing of plans.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_CONNECTOR_H
#define PENDO_CONNECTOR_H

#include "connector/object.h"
#include "connector/option.h"
#include "connector/scan.h"
#include "connector/stream.h"
#include "nodes/pg_list.h"

/* A table to be offered by IMPORT FOREIGN SCHEMA; strings are palloc'ed. */
typedef struct PendoOfferedColumn
{
	char *name;
	PendoFieldType type;
	char *path;		  /* in a row; as the column option "field" has it */
	bool is_metadata; /* the path has to be written down as an option */
	bool is_loose;
	char *comment;
} PendoOfferedColumn;

typedef struct PendoOfferedTable
{
	const PendoObject *object;
	const char *period; /* table option "period", NULL if it has none */
	List *columns;		/* of PendoOfferedColumn * */
} PendoOfferedTable;

struct PendoSession; /* http/session.h */

typedef struct PendoConnector
{
	const char *name;		/* of the foreign-data wrapper, by default */
	const char *address;	/* server option that holds the base URL */
	const char *key_header; /* header that carries the key */
	const char *key_prefix; /* put before the key there; NULL: nothing */

	/* What to do about an answer of these statuses; NULL: as for all. */
	const struct PendoHttpHint *hints;

	/*
	 * Where secrets are, for reading and for writing; of each the first that
	 * is set counts, and the empty one is the last.  Who has none for writing
	 * (NULL too) writes with the one for reading.
	 */
	const struct PendoSecretOption *secrets;
	const struct PendoSecretOption *write_secrets;

	/*
	 * Sign in with what the user mapping says; NULL where the secret itself is
	 * the key.  Errors: what the network or the remote system says to it.
	 */
	void (*login)(struct PendoConnection *connection,
				  struct PendoSession *session);

	/* Does a 401 of this body mean that a new session helps?  NULL: always. */
	bool (*is_session_over)(const char *body);

	/* Does this body of an error mean a limit that is used up?  NULL: never. */
	bool (*is_limited)(int status, const char *body);

	/*
	 * Requests whose path ends so have a budget of their own, whose rate that
	 * server option sets; NULL: there are none.
	 */
	const char *search_path;
	const char *search_rate;

	/* What to do instead of writing to a live table; NULL: nothing. */
	const char *write_hint;

	/* Its own options and common ones; the first of a name counts; ends NULL. */
	const PendoOptionTable *const *option_parts;
	const PendoObjectTable *objects;

	/*
	 * Numbers and booleans may arrive as strings, lists as one string that
	 * semicolons divide, and an empty string is no value but of texts.
	 */
	bool is_textual;

	/*
	 * Tables to offer, those of "only" if it is not NIL (names), with grain
	 * "period".  Asks the remote system for fields that its administrator
	 * defined; without a connection it leaves those out.
	 */
	List *(*offer)(struct PendoConnection *connection, const char *period,
				   List *only);

	/* Is this field part of this table, with this period? */
	bool (*has_field)(const PendoRelation *relation, const PendoField *field);

	/*
	 * How well the remote runs one comparison; "value" is NULL unless the
	 * operand is a constant.
	 */
	PendoPushClass (*classify)(const PendoRelation *relation,
							   const PendoFilter *leaf,
							   const PendoOperand *value);

	/*
	 * Cut the scan into requests and open the stream of its rows, whose
	 * values are those of scan->columns in ascending order.
	 */
	PendoStream *(*scan_open)(MemoryContext owner, const PendoScan *scan);

	/* What is sent, for EXPLAIN: label and text by turns; operands as $n. */
	void (*explain)(const PendoScan *scan, List **labels, List **texts);

	/*
	 * Sign in, and return the organisation's id, palloc'ed; NULL where a sign-in
	 * does not tell.  Errors: those of the sign-in.
	 */
	char *(*org)(struct PendoConnection *connection);

	/*
	 * One small request that tells whether the scan's rows changed: the answer,
	 * palloc'ed, or NULL where the remote system has none.  What it means is
	 * for the pull's SQL: equal answers, equal rows.
	 */
	char *(*fingerprint)(const PendoScan *scan);
} PendoConnector;

extern const PendoConnector pendo_connector_pendo;
extern const PendoConnector pendo_connector_hubspot;
extern const PendoConnector pendo_connector_salesforce;

/* All options of a connector, sorted by name. */
extern const PendoOptionTable *
pendo_connector_options(const PendoConnector *connector);

/* Connector of a foreign-data wrapper, by the handler's validator. */
extern const PendoConnector *pendo_connector_by_name(const char *name);

#endif /* PENDO_CONNECTOR_H */
