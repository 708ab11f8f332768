-- The current role's pulls that are to run: the one that is named, or those that
-- are due.
CREATE FUNCTION pendo._pulls_to_run(name text)
RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    owner name;
BEGIN
    IF name IS NULL THEN
        RETURN (SELECT coalesce(array_agg(d.pull ORDER BY d.due_at), '{}')
                  FROM pendo._due_pull() d
                 WHERE d.due_at <= clock_timestamp());
    END IF;
    SELECT p.owner INTO owner FROM pendo.pull p WHERE p.name = _pulls_to_run.name;
    IF NOT FOUND THEN
        RAISE undefined_object USING
            MESSAGE = format('pull "%s" does not exist', name),
            DETAIL = coalesce('There are: '
                || (SELECT string_agg(p.name, ', ' ORDER BY p.name) FROM pendo.pull p
                     WHERE p.owner = current_user) || '.', 'You have none.'),
            HINT = 'pendo.define_pull() and pendo.keep_local() make pulls.';
    ELSIF owner <> current_user THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('pull "%s" belongs to "%s"', name, owner),
            DETAIL = 'A pull runs its owner''s triggers, so nobody else may run it.',
            HINT = format('SET ROLE %I;', owner);
    END IF;
    RETURN ARRAY[name];
END
$$;
REVOKE ALL ON FUNCTION pendo._pulls_to_run(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._pulls_to_run(text) IS 'the current role''s pulls that are to run';
