-- Load a batch whose rows were fetched, and the summaries of what changed, in this
-- transaction; or note why that failed.  Only who still holds the lease loads.
CREATE FUNCTION pendo._load(run bigint, batch pendo._batch, answer text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.pull%ROWTYPE;
    changes pendo._changes;
    is_changed boolean;
    held integer;
    message text;
    detail text;
    hint text;
    state text;
BEGIN
    SELECT * INTO p FROM pendo.pull d WHERE d.name = batch.pull FOR SHARE;
    SELECT count(*) INTO held
      FROM (SELECT FROM pendo.ledger l
             WHERE l.pull = batch.pull AND l.window_start = ANY (batch.starts)
               AND l.lease_pid = pg_backend_pid()
               FOR UPDATE) l;
    IF p.name IS NULL OR held < cardinality(batch.starts) THEN
        RETURN;                 -- dropped, or taken over, meanwhile
    END IF;
    PERFORM set_config('pendo_fdw.is_backfill',
        CASE WHEN batch.window_end <= p.created_at
                  OR p.mode <> 'by_window' AND EXISTS (
                     SELECT FROM pendo.ledger l WHERE l.pull = p.name AND l.loaded_at IS NULL)
             THEN 'on' ELSE 'off' END, true);
    BEGIN
        IF NOT pendo._is_as_leased(batch, p) THEN
            UPDATE pendo.ledger l
               SET attempts = greatest(attempts - 1, 0),
                   lease_pid = NULL, lease_backend_start = NULL, leased_at = NULL
             WHERE l.pull = batch.pull AND l.window_start = ANY (batch.starts);
            RETURN;             -- these rows are not what is wanted now
        END IF;
        PERFORM pendo._check_owner(pendo._relation(p.name, false));
        IF p.mode = 'by_window' THEN
            changes := pendo._load_windows(batch, p);
        ELSE
            changes := pendo._load_keyed(batch, p);
        END IF;
        is_changed := changes.inserted + changes.updated + changes.deleted > 0;
        -- A day that is new may have had other rows when it was one of another time zone.
        IF is_changed OR EXISTS (SELECT FROM pendo.ledger l
                                  WHERE l.pull = p.name AND l.window_start = ANY (batch.starts)
                                    AND l.loaded_at IS NULL) THEN
            PERFORM pendo._refresh_summaries(p, batch.window_start, batch.window_end);
        END IF;
        IF is_changed THEN
            PERFORM pendo._check_constraints(pendo._relation(p.name, false));
        END IF;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
                                hint = PG_EXCEPTION_HINT, state = RETURNED_SQLSTATE;
        PERFORM pendo._note_failure(run, batch, message, state, detail, hint);
        RETURN;
    END;
    PERFORM pendo._note_success(run, batch, p, answer, changes);
    IF changes.inserted + changes.updated > 0
       AND EXISTS (SELECT FROM pendo._due_signals() s WHERE s.owner = current_user) THEN
        PERFORM pendo._wake_delivery(current_user::name);   -- there may be signals in it
    END IF;
    PERFORM set_config('pendo_fdw.is_backfill', 'off', true);
    RAISE NOTICE 'pull %: % rows, % inserted, % updated, % deleted', p.name || pendo._span(batch, p),
        changes.rows, changes.inserted, changes.updated, changes.deleted;
END
$$;
REVOKE ALL ON FUNCTION pendo._load(bigint, pendo._batch, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._load(bigint, pendo._batch, text) IS
    'load a batch whose rows were fetched';
