/*-------------------------------------------------------------------------
 *
 * http/session.c
 *	  Access tokens that all backends share.
 *
 * A table of sessions in shared memory.  One lock guards all of it: it is
 * held to copy a token, never over a sign-in.  Who signs in claims the entry
 * with its process id; the others look again every few milliseconds, in a
 * wait that lets their own requests progress.  A claim whose process is gone,
 * or that is older than any sign-in, is taken over.
 *
 * A sign-in that the remote system refused is told to those who waited for
 * it, so that a wrong secret is not tried once by each of them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "http/client.h"
#include "http/clock.h"
#include "http/session.h"
#include "http/shared_table.h"
#include "miscadmin.h"
#include "storage/procarray.h"
#include "storage/shmem.h"

/*
 * Pairs of URL and credential in use at the same time on one machine.  Without
 * preload they must fit into what the server leaves unreserved, beside the
 * budgets: six take about 40 kB.
 */
#define FEW_ENTRIES	 6
#define MANY_ENTRIES 128

/* How often those who wait look. */
#define LOOK_MS 10

/* Longer than a sign-in with all its timeouts and attempts. */
#define LONGEST_SIGN_IN_US (INT64CONST(180) * 1000 * 1000)

/* Of a failure, this much is told to those who waited. */
#define FAILURE_BYTES 256

typedef struct Entry
{
	bool in_use;
	uint8 key[PENDO_KEYED_HASH_BYTES];
	uint64 generation; /* 0: no session yet */
	char token[PENDO_SESSION_TOKEN_BYTES];
	char instance_url[PENDO_SESSION_URL_BYTES];
	char org[PENDO_SESSION_ID_BYTES];
	char user[PENDO_SESSION_ID_BYTES];
	int64 used_at;	   /* monotonic */
	int claimed_by;	   /* process id, 0: nobody */
	int64 claimed_at;  /* monotonic */
	uint64 failures;   /* sign-ins that were refused */
	int failure_state; /* SQLSTATE of the last one */
	char failure[FAILURE_BYTES];
} Entry;

typedef struct Table
{
	PendoTableHead head;
	uint64 generations; /* handed out */
	Entry entries[FLEXIBLE_ARRAY_MEMBER];
} Table;

static Table *table = NULL;
static int entry_count = FEW_ENTRIES;

static Size
table_size(void)
{
	return offsetof(Table, entries) + entry_count * sizeof(Entry);
}

void
pendo_session_request_shmem(void)
{
	entry_count = MANY_ENTRIES;
	RequestAddinShmemSpace(MAXALIGN(table_size()));
}

static void
attach(void)
{
	if (table == NULL)
		table = pendo_shared_table("pendo_fdw sessions", table_size(),
								   "PendoSession");
}

void
pendo_session_key(const char *url, const char *credential, PendoSessionKey *key)
{
	attach();
	pendo_keyed_hash(table->head.salt, url, credential, key->hash);
}

/* The lock is held. */
static Entry *
find_entry(const PendoSessionKey *key)
{
	for (int i = 0; i < entry_count; i++)
	{
		Entry *entry = &table->entries[i];

		if (entry->in_use &&
			memcmp(entry->key, key->hash, sizeof(entry->key)) == 0)
			return entry;
	}
	return NULL;
}

/* Is somebody signing in for this entry? */
static bool
is_claimed(const Entry *entry, int64 now)
{
	return entry->claimed_by != 0 &&
		   now - entry->claimed_at < LONGEST_SIGN_IN_US &&
		   BackendPidGetProc(entry->claimed_by) != NULL;
}

/*
 * An unused entry, else the one used longest ago that nobody signs in for; its
 * token is overwritten, and whoever used it signs in again.
 */
static Entry *
make_entry(const PendoSessionKey *key, int64 now)
{
	Entry *chosen = NULL;

	for (int i = 0; i < entry_count; i++)
	{
		Entry *entry = &table->entries[i];

		if (!entry->in_use)
		{
			chosen = entry;
			break;
		}
		if (!is_claimed(entry, now) &&
			(chosen == NULL || entry->used_at < chosen->used_at))
			chosen = entry;
	}
	if (chosen == NULL)
		return NULL;
	memset(chosen, 0, sizeof(Entry));
	chosen->in_use = true;
	memcpy(chosen->key, key->hash, sizeof(chosen->key));
	return chosen;
}

static char *
copy_or_null(const char *text)
{
	return *text != '\0' ? pstrdup(text) : NULL;
}

/*
 * The lock is held, and what allocates under it has nothing to lose: it is
 * released with the error.
 */
static void
copy_session(const Entry *entry, PendoSession *session)
{
	session->token = pstrdup(entry->token);
	session->instance_url = copy_or_null(entry->instance_url);
	session->org = copy_or_null(entry->org);
	session->user = copy_or_null(entry->user);
	session->generation = entry->generation;
}

static void
check_length(const char *text, Size room, const char *what)
{
	if (text != NULL && strlen(text) >= room)
		ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
						errmsg("the sign-in's answer has a %s that is too long",
							   what)));
}

static void
check_session(const PendoSession *session)
{
	for (const char *c = session->token; *c != '\0'; c++)
	{
		if (*c <= ' ' || *c > '~')
			ereport(ERROR,
					(errcode(ERRCODE_FDW_INVALID_DATA_TYPE),
					 errmsg("the sign-in's answer has a token that no header "
							"can carry")));
	}
	check_length(session->token, PENDO_SESSION_TOKEN_BYTES, "token");
	check_length(session->instance_url, PENDO_SESSION_URL_BYTES, "URL");
	check_length(session->org, PENDO_SESSION_ID_BYTES, "organisation's id");
	check_length(session->user, PENDO_SESSION_ID_BYTES, "user's id");
}

static void
put_text(char *into, Size room, const char *text)
{
	memset(into, 0, room);
	if (text != NULL)
		strlcpy(into, text, room);
}

/* End our claim, with the session that it brought. */
static void
publish(const PendoSessionKey *key, PendoSession *session)
{
	Entry *entry;

	LWLockAcquire(&table->head.lock, LW_EXCLUSIVE);
	session->generation = ++table->generations;
	entry = find_entry(key);
	if (entry != NULL && entry->claimed_by == MyProcPid)
	{
		entry->generation = session->generation;
		put_text(entry->token, sizeof(entry->token), session->token);
		put_text(entry->instance_url, sizeof(entry->instance_url),
				 session->instance_url);
		put_text(entry->org, sizeof(entry->org), session->org);
		put_text(entry->user, sizeof(entry->user), session->user);
		entry->used_at = pendo_monotonic_us();
		entry->claimed_by = 0;
	}
	LWLockRelease(&table->head.lock);
}

/*
 * End our claim without a session.  A cancel is nobody else's business: the
 * next one who waits signs in.
 */
static void
give_up(const PendoSessionKey *key, const ErrorData *error)
{
	Entry *entry;

	LWLockAcquire(&table->head.lock, LW_EXCLUSIVE);
	entry = find_entry(key);
	if (entry != NULL && entry->claimed_by == MyProcPid)
	{
		entry->claimed_by = 0;
		if (ERRCODE_TO_CATEGORY(error->sqlerrcode) !=
			ERRCODE_OPERATOR_INTERVENTION)
		{
			entry->failures++;
			entry->failure_state = error->sqlerrcode;
			put_text(entry->failure, sizeof(entry->failure), error->message);
		}
	}
	LWLockRelease(&table->head.lock);
}

/* Sign in, under the claim that was made. */
static void
renew(const PendoSessionKey *key, PendoSignIn sign_in, void *arg,
	  PendoSession *session)
{
	MemoryContext context = CurrentMemoryContext;

	PG_TRY();
	{
		memset(session, 0, sizeof(PendoSession));
		sign_in(arg, session);
		check_session(session);
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		give_up(key, error);
		FreeErrorData(error);
		PG_RE_THROW();
	}
	PG_END_TRY();
	publish(key, session);
}

/* The sign-in that we waited for was refused. */
pg_noreturn static void
raise_failure(int state, const char *message)
{
	ereport(ERROR,
			(errcode(state), errmsg("%s", message),
			 errdetail("Another session of this server had just tried.")));
}

/* What one look at the table found. */
typedef enum Look
{
	LOOK_FOUND,	 /* the session */
	LOOK_CLAIM,	 /* it is ours to sign in */
	LOOK_WAIT,	 /* another one does */
	LOOK_FAILURE /* another one did, in vain */
} Look;

/*
 * "failures" is how many there were when the wait began, -1 before it; so that
 * only those count that we waited for.
 */
static Look
look(const PendoSessionKey *key, uint64 over, int64 *failures,
	 PendoSession *session, Entry *failed)
{
	Look result = LOOK_WAIT;
	Entry *entry;
	int64 now;

	LWLockAcquire(&table->head.lock, LW_EXCLUSIVE);
	now = pendo_monotonic_us();
	entry = find_entry(key);
	if (entry == NULL)
	{
		entry = make_entry(key, now);
		*failures = -1;
	}
	if (entry != NULL && entry->generation > over)
	{
		entry->used_at = now;
		copy_session(entry, session);
		result = LOOK_FOUND;
	}
	else if (entry != NULL && *failures >= 0 &&
			 entry->failures > (uint64) *failures)
	{
		failed->failure_state = entry->failure_state;
		strlcpy(failed->failure, entry->failure, sizeof(failed->failure));
		result = LOOK_FAILURE;
	}
	else if (entry != NULL && !is_claimed(entry, now))
	{
		entry->claimed_by = MyProcPid;
		entry->claimed_at = now;
		result = LOOK_CLAIM;
	}
	else if (entry != NULL && *failures < 0)
		*failures = (int64) entry->failures;
	LWLockRelease(&table->head.lock);
	return result;
}

void
pendo_session_get(const PendoSessionKey *key, uint64 over, PendoSignIn sign_in,
				  void *arg, PendoSession *session)
{
	Entry *failed = palloc0(sizeof(Entry));
	int64 failures = -1;

	for (;;)
	{
		switch (look(key, over, &failures, session, failed))
		{
			case LOOK_FOUND:
				pfree(failed);
				return;
			case LOOK_CLAIM:
				pfree(failed);
				renew(key, sign_in, arg, session);
				return;
			case LOOK_FAILURE:
				raise_failure(failed->failure_state, failed->failure);
			case LOOK_WAIT:
				pendo_http_wait(LOOK_MS);
				break;
		}
	}
}

char *
pendo_session_token(const PendoSessionKey *key)
{
	char *token = NULL;
	Entry *entry;

	LWLockAcquire(&table->head.lock, LW_SHARED);
	entry = find_entry(key);
	if (entry != NULL && entry->generation > 0)
		token = pstrdup(entry->token);
	LWLockRelease(&table->head.lock);
	return token;
}
