-- Likewise; but what is wrong with the definition, as a table that is gone, is noted as
-- the failure of all windows that are due, and stops no other pull.
CREATE FUNCTION pendo._lease(run bigint, pull text, is_asked boolean, since timestamptz)
RETURNS pendo._batch
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    batch pendo._batch;
    message text;
    detail text;
    hint text;
    state text;
BEGIN
    RETURN pendo._lease_windows(pull, is_asked, since);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
                            hint = PG_EXCEPTION_HINT, state = RETURNED_SQLSTATE;
    batch.pull := pull;
    SELECT array_agg(l.window_start) INTO batch.starts FROM pendo.ledger l
     WHERE l.pull = _lease.pull
       AND (l.due_at <= clock_timestamp() OR is_asked AND l.state <> 'closed')
       AND pendo._lease_holds(l.lease_pid, l.lease_backend_start) IS NOT TRUE;
    PERFORM pendo._note_failure(run, batch, message, state, detail, hint);
    RETURN batch;
END
$$;
REVOKE ALL ON FUNCTION pendo._lease(bigint, text, boolean, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION pendo._lease(bigint, text, boolean, timestamptz) IS
    'take a pull''s next windows, or note why that cannot be';
