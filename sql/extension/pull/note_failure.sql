-- Note in the ledger and the log that a batch failed, and warn; it is tried again
-- later, each time after a longer wait.  A worker, which nobody watches, warns of a
-- failure only when it is new, lest the server's log fill up.
CREATE FUNCTION pendo._note_failure(run bigint, batch pendo._batch, failure text, failure_state text,
                                    detail text DEFAULT '', hint text DEFAULT '')
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_new boolean;
BEGIN
    SELECT coalesce(bool_or(l.failure_state IS DISTINCT FROM _note_failure.failure_state), true)
      INTO is_new FROM pendo.ledger l
     WHERE l.pull = batch.pull AND l.window_start = ANY (batch.starts);
    UPDATE pendo.ledger l
       SET failure = concat_ws(': ', _note_failure.failure, nullif(detail, '')),
           failure_state = _note_failure.failure_state,
           failed_at = clock_timestamp(),
           due_at = clock_timestamp() + least(power(2, l.attempts) * interval '15 seconds',
                                              interval '1 hour') * (0.75 + random() / 2),
           lease_pid = NULL, lease_backend_start = NULL, leased_at = NULL
     WHERE l.pull = batch.pull AND l.window_start = ANY (batch.starts);
    UPDATE pendo.run r
       SET failed_windows = r.failed_windows + coalesce(cardinality(batch.starts), 0),
           failure = concat_ws(': ', _note_failure.failure, nullif(detail, '')),
           failure_state = _note_failure.failure_state
     WHERE r.id = run;
    IF is_new OR (SELECT b.is_watched FROM pendo._own_backend() b) THEN
        PERFORM pendo._warn(format('pull %s: %s', batch.pull, failure), failure_state, detail, hint);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._note_failure(bigint, pendo._batch, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._note_failure(bigint, pendo._batch, text, text, text, text) IS
    'note that a batch failed, and warn';
