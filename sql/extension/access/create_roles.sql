-- Make the roles pendo_application, pendo_analyst, pendo_operator and pendo_admin, which
-- nobody can log in as, with the access of their kind; those that are there stay.
-- Out: the roles.  GRANT them to people and programs.
CREATE FUNCTION pendo.create_roles()
RETURNS SETOF regrole
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kind text;
    role text;
BEGIN
    FOREACH kind IN ARRAY ARRAY['application', 'analyst', 'operator', 'admin'] LOOP
        role := 'pendo_' || kind;
        IF to_regrole(role) IS NULL THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
        END IF;
        PERFORM pendo.grant_access(role::regrole, kind);
        RETURN NEXT role::regrole;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo.create_roles() FROM PUBLIC;
COMMENT ON FUNCTION pendo.create_roles() IS
    'make NOLOGIN roles with the access of each kind';
