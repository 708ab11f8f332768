-- Forget a push and what it knows of its records; the remote records stay as they are.
-- Returns whether there was one.
CREATE FUNCTION pendo.drop_push(name text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM pendo.push p WHERE p.name = drop_push.name;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM pendo._follow_sources(name, '{}');
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION pendo.drop_push(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.drop_push(text) IS
    'forget a push; the remote records stay';
