-- Take a pull's next windows that are due and that nobody else works on: the newest,
-- and those right before it, up to most_windows.  One that failed comes alone, so
-- that it takes no other along.  With "is_asked" every window that is not closed, or has
-- failed, is due, once since "since".  Nothing to do: the result's query is NULL.
CREATE FUNCTION pendo._lease_windows(pull text, is_asked boolean, since timestamptz,
                             most_windows integer DEFAULT 8)
RETURNS pendo._batch
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.pull%ROWTYPE;
    w pendo.ledger%ROWTYPE;
    first pendo.ledger%ROWTYPE;
    batch pendo._batch;
BEGIN
    SELECT * INTO p FROM pendo.pull d WHERE d.name = pull;
    batch.pull := pull;
    batch.starts := '{}';
    batch.began_at := clock_timestamp();
    IF p.name IS NULL OR p.is_paused OR pendo._is_paused(p.connection) THEN
        RETURN batch;
    END IF;
    FOR w IN
        SELECT * FROM pendo.ledger l
         WHERE l.pull = p.name
           AND (l.due_at <= clock_timestamp()
                OR is_asked AND (l.state <> 'closed' OR l.failure IS NOT NULL))
           AND (l.checked_at IS NULL OR l.checked_at < since)
           AND (l.failed_at IS NULL OR l.failed_at < since)
           AND pendo._lease_holds(l.lease_pid, l.lease_backend_start) IS NOT TRUE
         ORDER BY l.window_start DESC
         LIMIT most_windows
           FOR UPDATE SKIP LOCKED
    LOOP
        EXIT WHEN first.pull IS NOT NULL
              AND (w.window_end <> batch.window_start
                   OR (w.state = 'pending') <> (first.state = 'pending')
                   OR w.attempts > 0 OR first.attempts > 0);
        IF first.pull IS NULL THEN
            first := w;
            batch.window_end := w.window_end;
        END IF;
        batch.starts := w.window_start || batch.starts;
        batch.window_start := w.window_start;
    END LOOP;
    IF first.pull IS NULL THEN
        RETURN batch;
    END IF;
    -- Who was idle when this transaction first saw who is there may have taken some since.
    PERFORM pg_stat_clear_snapshot();
    IF EXISTS (SELECT FROM pendo.ledger l
                WHERE l.pull = p.name AND l.window_start = ANY (batch.starts)
                  AND pendo._lease_holds(l.lease_pid, l.lease_backend_start)) THEN
        RETURN pendo._lease_windows(pull, is_asked, since, most_windows);
    END IF;
    -- Without a time of the last comparison it is due, without "full_every" never again.
    batch.is_full := p.mode = 'full' OR first.cursor IS NULL
                  OR coalesce(first.full_at + p.full_every <= clock_timestamp(),
                              first.full_at IS NULL);
    -- What was never loaded is read anyway: to ask first would cost a request.
    batch.wants_fingerprint := p.mode = 'by_window' AND first.state <> 'pending';
    batch.query := pendo._query(p.name, batch.window_start, batch.window_end,
                                CASE WHEN NOT batch.is_full THEN first.cursor END);
    UPDATE pendo.ledger l
       SET lease_pid = pg_backend_pid(),
           lease_backend_start = (SELECT b.backend_start FROM pendo._own_backend() b),
           leased_at = clock_timestamp(),
           due_at = least(l.due_at, batch.began_at),    -- later: see _note_success
           attempts = attempts + 1
     WHERE l.pull = p.name AND l.window_start = ANY (batch.starts);
    RETURN batch;
END
$$;
REVOKE ALL ON FUNCTION pendo._lease_windows(text, boolean, timestamptz, integer) FROM PUBLIC;
COMMENT ON FUNCTION pendo._lease_windows(text, boolean, timestamptz, integer) IS
    'take a pull''s next windows that are due';
