/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  Differences between PostgreSQL 15 and 18, and nothing else.
 *
 * The newest name and signature is used everywhere; here it is made for the
 * older versions.  When the oldest version goes, its entries are deleted and
 * nothing else changes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PENDO_COMPAT_H
#define PENDO_COMPAT_H

#include "fmgr.h"
#include "storage/latch.h"
#include "utils/wait_event.h"
#if PG_VERSION_NUM >= 180000
#include "storage/waiteventset.h"
#endif

/*
 * 16: a function that SQL calls is exported by PG_FUNCTION_INFO_V1 itself.
 */
#define PENDO_SQL_FUNCTION(name) \
	extern PGDLLEXPORT Datum name(PG_FUNCTION_ARGS); \
	PG_FUNCTION_INFO_V1(name)

/*
 * 17: a wait event set belongs to a resource owner; before, to a memory
 * context.  NULL for "none": the caller frees it, also on error.
 */
#if PG_VERSION_NUM >= 170000
#define pendo_create_wait_event_set(n) CreateWaitEventSet(NULL, n)
#else
#define pendo_create_wait_event_set(n) \
	CreateWaitEventSet(CurrentMemoryContext, n)
#endif

/*
 * 17: an extension can name its own wait events; before, all are "Extension".
 */
#if PG_VERSION_NUM >= 170000
#define pendo_wait_event(name) WaitEventExtensionNew(name)
#else
#define pendo_wait_event(name) PG_WAIT_EXTENSION
#endif

/*
 * 17: one argument for the restrictions of a pushed-down join; 18: the number
 * of disabled nodes.  We have neither.
 */
#if PG_VERSION_NUM >= 180000
#define pendo_create_foreignscan_path(root, rel, rows, startup, total, outer) \
	create_foreignscan_path(root, rel, NULL, rows, 0, startup, total, NIL, \
							outer, NULL, NIL, NIL)
#elif PG_VERSION_NUM >= 170000
#define pendo_create_foreignscan_path(root, rel, rows, startup, total, outer) \
	create_foreignscan_path(root, rel, NULL, rows, startup, total, NIL, outer, \
							NULL, NIL, NIL)
#else
#define pendo_create_foreignscan_path(root, rel, rows, startup, total, outer) \
	create_foreignscan_path(root, rel, NULL, rows, startup, total, NIL, outer, \
							NULL, NIL)
#endif

/*
 * 16: a plan knows whose rights it has; before, its range table entry does.
 * Needs executor/executor.h.
 */
#if PG_VERSION_NUM >= 160000
#define pendo_check_as_user(plan, estate) ((plan)->checkAsUser)
#else
#define pendo_check_as_user(plan, estate) \
	(exec_rt_fetch((plan)->scan.scanrelid, estate)->checkAsUser)
#endif

/*
 * 16: object_aclcheck() in place of one function for each kind of object.
 */
#if PG_VERSION_NUM < 160000
#define pendo_server_aclcheck(server, user, mode) \
	pg_foreign_server_aclcheck(server, user, mode)
#else
#define pendo_server_aclcheck(server, user, mode) \
	object_aclcheck(ForeignServerRelationId, server, user, mode)
#endif

/*
 * 16: index entries may be made in those indexes alone that only summarize.
 * Needs executor/executor.h.
 */
#if PG_VERSION_NUM >= 160000
#define pendo_insert_index_entries(table, slot, estate) \
	ExecInsertIndexTuples(table, slot, estate, false, false, NULL, NIL, false)
#else
#define pendo_insert_index_entries(table, slot, estate) \
	ExecInsertIndexTuples(table, slot, estate, false, false, NULL, NIL)
#endif

/*
 * 16: how a partition's columns lie is found out when it is asked for.  Needs
 * executor/executor.h.
 */
#if PG_VERSION_NUM >= 160000
#define pendo_root_to_child_map(table, estate) \
	ExecGetRootToChildMap(table, estate)
#else
#define pendo_root_to_child_map(table, estate) ((table)->ri_RootToPartitionMap)
#endif

/*
 * 17: a background worker may connect as a role without LOGIN; before, it
 * cannot.  Goes with postmaster/bgworker.h.
 */
#if PG_VERSION_NUM < 170000
#define BGWORKER_BYPASS_ROLELOGINCHECK 0
#endif

/*
 * 18: PortalRun() lost its argument for a portal that is run once.  Needs
 * tcop/pquery.h.  For a statement on its own, whose result nobody reads.
 */
#if PG_VERSION_NUM >= 180000
#define pendo_portal_run(portal, receiver) \
	PortalRun(portal, FETCH_ALL, true, receiver, receiver, NULL)
#else
#define pendo_portal_run(portal, receiver) \
	PortalRun(portal, FETCH_ALL, true, true, receiver, receiver, NULL)
#endif

/* 18: pg_noreturn, before a declaration. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

/* 18: PRIx64 and its like come with postgres.h; INT64_MODIFIER went. */
#if PG_VERSION_NUM < 180000
#include <inttypes.h>
#endif

/* 18: the functions that print a plan's properties have their own header. */
#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#endif

#endif /* PENDO_COMPAT_H */
