-- Let a push that waits for it change so many records, and so many have vanished from its
-- source, in its next run.
CREATE FUNCTION pendo.allow_push(name text, changed bigint DEFAULT 0, vanished bigint DEFAULT 0)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.push := pendo._own_push(name);
BEGIN
    UPDATE pendo.push d
       SET allowed_changed = changed, allowed_vanished = vanished, due_at = now()
     WHERE d.name = p.name;
    PERFORM pendo._wake();
END
$$;
REVOKE ALL ON FUNCTION pendo.allow_push(text, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION pendo.allow_push(text, bigint, bigint) IS
    'let a push change many records, once';
