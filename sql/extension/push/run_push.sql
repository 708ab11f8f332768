-- Run a push now, or (without a name) those of the current role that are due: what changed
-- in their sources goes into the outbox with this transaction.  Of all that are due, one
-- that fails is a WARNING, is tried again later, and stops no other.
-- Out: a row a push: items put into the outbox; of these, changes to records known before;
-- records that vanished from the source; whether everything was compared; whether it waits
-- for pendo.allow_push().
-- Errors: no such push, not its owner, a draft; a row without a key, or two with one.
CREATE FUNCTION pendo.run_push(name text DEFAULT NULL)
RETURNS TABLE (push text, items bigint, changed bigint, vanished bigint, is_full boolean, is_held boolean)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    due text;
BEGIN
    IF name IS NOT NULL THEN
        RETURN QUERY SELECT run_push.name, r.* FROM pendo._run_one_push(run_push.name) r;
        RETURN;
    END IF;
    FOREACH due IN ARRAY pendo._pushes_to_run() LOOP
        RETURN QUERY SELECT due, r.* FROM pendo._try_push(due) r WHERE r.items IS NOT NULL;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo.run_push(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.run_push(text) IS 'run a push now, or those that are due';
