-- Likewise; but an answer that is none, or a table that is gone, is noted as the batch's
-- failure, and stops no other pull.
CREATE FUNCTION pendo._narrow(run bigint, batch pendo._batch, answer text)
RETURNS pendo._batch
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    message text;
    detail text;
    hint text;
    state text;
BEGIN
    RETURN pendo._narrow_batch(batch, answer);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
                            hint = PG_EXCEPTION_HINT, state = RETURNED_SQLSTATE;
    PERFORM pendo._note_failure(run, batch, message, state, detail, hint);
    batch.query := NULL;
    RETURN batch;
END
$$;
REVOKE ALL ON FUNCTION pendo._narrow(bigint, pendo._batch, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._narrow(bigint, pendo._batch, text) IS
    'leave out what did not change, or note why that cannot be told';
