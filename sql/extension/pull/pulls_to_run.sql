-- The current role's pulls that are to run: the one that is named, or those that
-- are due.
CREATE FUNCTION pendo._pulls_to_run(name text)
RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF name IS NULL THEN
        RETURN (SELECT coalesce(array_agg(d.pull ORDER BY d.due_at), '{}')
                  FROM pendo._due_pull() d
                 WHERE d.due_at <= clock_timestamp());
    END IF;
    PERFORM pendo._check_own_pull(name);
    RETURN ARRAY[name];
END
$$;
REVOKE ALL ON FUNCTION pendo._pulls_to_run(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._pulls_to_run(text) IS 'the current role''s pulls that are to run';
