-- Let a push that waits for it change so many records, and so many have vanished from its
-- source, in its next run.
-- Errors: neither is said.
CREATE FUNCTION pendo.allow_push(name text, changed bigint DEFAULT 0, vanished bigint DEFAULT 0)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.push := pendo._own_push(name);
BEGIN
    IF changed = 0 AND vanished = 0 THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'how many records may change or vanish must be said',
            HINT = format('SELECT pendo.allow_push(%L, changed => %s, vanished => %s);',
                          p.name, coalesce(p.held_changed, 1000), coalesce(p.held_vanished, 0));
    END IF;
    UPDATE pendo.push d
       SET allowed_changed = changed, allowed_vanished = vanished, due_at = now()
     WHERE d.name = p.name;
    PERFORM pendo._wake();
END
$$;
REVOKE ALL ON FUNCTION pendo.allow_push(text, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION pendo.allow_push(text, bigint, bigint) IS
    'let a push change many records, once';
