-- What a push could not deliver is wanted again: records that failed, and those given up.
CREATE FUNCTION pendo._want_again(name text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.push := pendo._own_push(name);
BEGIN
    -- The push first, as its runs do.  Who asks for these allows as many changes.
    UPDATE pendo.push d
       SET full_at = NULL,
           allowed_changed = greatest(d.allowed_changed, (
               SELECT count(*) FROM pendo.push_record r
                WHERE r.push = p.name AND r.org = p.org AND (r.failed_at IS NOT NULL OR r.code = 'DISCARDED')))
     WHERE d.name = p.name;
    UPDATE pendo.push_record r SET hash = NULL, wanted = NULL
     WHERE r.push = p.name AND r.org = p.org AND (r.failed_at IS NOT NULL OR r.code = 'DISCARDED');
END
$$;
REVOKE ALL ON FUNCTION pendo._want_again(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._want_again(text) IS 'what a push could not deliver is wanted again';

-- Run a push now, or (without a name) those of the current role that are due: what changed
-- in their sources goes into the outbox with this transaction.  Of all that are due, one
-- that fails is a WARNING, is tried again later, and stops no other.  With "again", a named push
-- sends records that failed or were given up (pendo.discard) once more, changed or not.
-- Out: a row a push: items put into the outbox; of these, changes to records known before;
-- records that vanished from the source; whether everything was compared; whether it waits
-- for pendo.allow_push().
-- Errors: no such push, not its owner, a draft; a row without a key, or two with one.
CREATE FUNCTION pendo.run_push(name text DEFAULT NULL, again boolean DEFAULT false)
RETURNS TABLE (push text, items bigint, changed bigint, vanished bigint, is_full boolean, is_held boolean)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    due text;
BEGIN
    IF again AND name IS NULL THEN
        RAISE null_value_not_allowed USING
            MESSAGE = 'which push is to send again what failed must be said',
            HINT = 'SELECT * FROM pendo.run_push(''health'', again => true);';
    ELSIF again THEN
        PERFORM pendo._want_again(name);
    END IF;
    IF name IS NOT NULL THEN
        RETURN QUERY SELECT run_push.name, r.* FROM pendo._run_one_push(run_push.name) r;
        RETURN;
    END IF;
    FOREACH due IN ARRAY pendo._pushes_to_run() LOOP
        RETURN QUERY SELECT due, r.* FROM pendo._try_push(due) r WHERE r.items IS NOT NULL;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo.run_push(text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo.run_push(text, boolean) IS 'run a push now, or those that are due';
