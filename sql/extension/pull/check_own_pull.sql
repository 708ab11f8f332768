-- Errors: there is no such pull, or it is another role's.
CREATE FUNCTION pendo._check_own_pull(name text)
RETURNS void
LANGUAGE plpgsql STABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    owner name;
BEGIN
    SELECT p.owner INTO owner FROM pendo.pull p WHERE p.name = _check_own_pull.name;
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
END
$$;
REVOKE ALL ON FUNCTION pendo._check_own_pull(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_own_pull(text) IS 'find out whether a pull is the caller''s own';
