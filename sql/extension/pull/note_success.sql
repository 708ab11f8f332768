-- Note that a batch was loaded: its windows settle, or are due again.  Where somebody
-- asked for them since they were leased, these rows may be too old: they stay due.
CREATE FUNCTION pendo._note_success(run bigint, batch pendo._batch, p pendo.pull, answer text,
                                    changes pendo._changes)
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE pendo.ledger l
     SET state = CASE WHEN p.mode = 'by_window'
                           AND pendo._settles_at(l, p.settle) <= batch.began_at
                      THEN 'closed' ELSE 'open' END,
         closed_at = CASE WHEN p.mode = 'by_window'
                               AND pendo._settles_at(l, p.settle) <= batch.began_at
                          THEN clock_timestamp() END,
         fingerprint = CASE WHEN answer IS NOT NULL AND l.due_at <= batch.began_at
                            THEN coalesce((SELECT f.fingerprint FROM pendo._fingerprints(answer) f
                                            WHERE f.window_start = l.window_start), '') END,
         loaded_at = clock_timestamp(), checked_at = clock_timestamp(),
         read_at = batch.began_at,
         attempts = 0, failure = NULL, failure_state = NULL, failed_at = NULL,
         lease_pid = NULL, lease_backend_start = NULL, leased_at = NULL
   WHERE l.pull = batch.pull AND l.window_start = ANY (batch.starts);
  UPDATE pendo.ledger l
     SET due_at = pendo._next_due(l, p, batch.began_at)
   WHERE l.pull = batch.pull AND l.window_start = ANY (batch.starts)
     AND l.due_at <= batch.began_at;
  UPDATE pendo.run r
     SET windows = r.windows + cardinality(batch.starts), rows = r.rows + changes.rows,
         inserted = r.inserted + changes.inserted, updated = r.updated + changes.updated,
         deleted = r.deleted + changes.deleted
   WHERE r.id = run;
END;
REVOKE ALL ON FUNCTION pendo._note_success(bigint, pendo._batch, pendo.pull, text, pendo._changes)
    FROM PUBLIC;
COMMENT ON FUNCTION pendo._note_success(bigint, pendo._batch, pendo.pull, text, pendo._changes) IS
    'note that a batch was loaded';
