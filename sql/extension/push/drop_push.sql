-- Forget a push and what it knows of its records; the remote records stay as they are.  The
-- caller's items of it that are not sent yet, or failed, are given up.
-- Errors: there is no such push, or it is another role's.
CREATE FUNCTION pendo.drop_push(name text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM pendo.push p WHERE p.name = drop_push.name;
    IF NOT FOUND THEN
        PERFORM pendo._own_push(name);
    END IF;
    PERFORM pendo._follow_sources(name, '{}');
    PERFORM pendo._give_up(NULL, NULL, 'push ' || name, true);
END
$$;
REVOKE ALL ON FUNCTION pendo.drop_push(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.drop_push(text) IS
    'forget a push; the remote records stay';
