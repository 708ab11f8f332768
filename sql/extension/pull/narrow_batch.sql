-- Leave out of a batch, at both of its ends, the windows whose fingerprint is the
-- one they had when they were loaded; a window that has settled is read once more all
-- the same.  A closed window whose fingerprint changed is open again.
CREATE FUNCTION pendo._narrow_batch(batch pendo._batch, answer text)
RETURNS pendo._batch
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.pull%ROWTYPE;
    changed timestamptz[];
    unchanged timestamptz[];
BEGIN
    IF answer IS NULL THEN
        RETURN batch;
    END IF;
    SELECT * INTO p FROM pendo.pull d WHERE d.name = batch.pull;
    IF NOT FOUND THEN           -- dropped meanwhile
        batch.query := NULL;
        RETURN batch;
    END IF;
    SELECT array_agg(l.window_start ORDER BY l.window_start) INTO changed
      FROM pendo.ledger l
      LEFT JOIN pendo._fingerprints(answer) f ON f.window_start = l.window_start
     WHERE l.pull = batch.pull AND l.window_start = ANY (batch.starts)
       AND (l.fingerprint IS DISTINCT FROM coalesce(f.fingerprint, '')
            OR l.state = 'pending'
            OR l.state = 'open' AND pendo._settles_at(l, p.settle) <= batch.began_at);
    UPDATE pendo.ledger l
       SET state = 'open', closed_at = NULL, reopened = reopened + 1,
           reopened_at = batch.began_at
     WHERE l.pull = batch.pull AND l.window_start = ANY (changed) AND l.state = 'closed'
       AND l.fingerprint IS NOT NULL;       -- else it is not known, and read to know it

    SELECT array_agg(s) INTO unchanged FROM unnest(batch.starts) s
     WHERE changed IS NULL OR s < changed[1] OR s > changed[cardinality(changed)];
    UPDATE pendo.ledger l
       SET checked_at = clock_timestamp(), read_at = batch.began_at,
           due_at = pendo._next_due(l, p, batch.began_at),
           attempts = 0, failure = NULL, failure_state = NULL, failed_at = NULL,
           lease_pid = NULL, lease_backend_start = NULL, leased_at = NULL
     WHERE l.pull = batch.pull AND l.window_start = ANY (unchanged);
    IF changed IS NULL THEN
        batch.starts := '{}';
        batch.query := NULL;
        RETURN batch;
    END IF;
    SELECT array_agg(s ORDER BY s) INTO batch.starts FROM unnest(batch.starts) s
     WHERE s BETWEEN changed[1] AND changed[cardinality(changed)];
    batch.window_start := changed[1];
    SELECT l.window_end INTO batch.window_end FROM pendo.ledger l
     WHERE l.pull = batch.pull AND l.window_start = changed[cardinality(changed)];
    batch.query := pendo._query(batch.pull, batch.window_start, batch.window_end, NULL);
    RETURN batch;
END
$$;
REVOKE ALL ON FUNCTION pendo._narrow_batch(pendo._batch, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._narrow_batch(pendo._batch, text) IS
    'leave out of a batch the windows that did not change';
