-- Why nothing may be delivered to a connection; NULL if nothing is against it, as far as
-- known (org NULL: where it leads is not).  A copy of production must never write to production's CRM: so
-- the server says what it is (pendo_fdw.environment), the connection for which it is meant
-- (its option environment), and which organisation must be at its other end; and a copy knows
-- its original (pendo.home).
CREATE FUNCTION pendo._refusal(connection name, org text, OUT refusal text, OUT hint text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    here text := coalesce(current_setting('pendo_fdw.environment', true), '');
    wanted text := pendo._server_option(connection, 'environment');
    expected text := pendo._server_option(connection, 'expected_org');
    original name := pendo._original();
BEGIN
    IF here = '' THEN
        refusal := 'this server does not say which environment it is';
        hint := 'In postgresql.conf: pendo_fdw.environment = ''production''; a copy of this server says something else there.';
    ELSIF wanted IS NULL THEN
        refusal := format('connection "%s" does not say for which environment it is', connection);
        hint := format('ALTER SERVER %I OPTIONS (ADD environment %L);', connection, here);
    ELSIF wanted <> here THEN
        refusal := format('this server is environment "%s", connection "%s" is for "%s"', here, connection, wanted);
        hint := 'A copy must not deliver. If this is no copy: set pendo_fdw.environment, or the option environment of the server.';
    ELSIF original IS NOT NULL THEN
        refusal := format('this database is a copy of database "%s"', original);
        hint := 'SELECT pendo.deliver_here();';
    ELSIF org IS NULL THEN
        RETURN;
    ELSIF expected IS NULL THEN
        refusal := format('connection "%s" does not say which organisation must be at its other end', connection);
        hint := format('ALTER SERVER %I OPTIONS (ADD expected_org %L);', connection, org);
    ELSIF left(expected, 15) <> left(org, 15) THEN      -- Salesforce's ids have 15 or 18 characters
        refusal := format('connection "%s" leads to organisation "%s", not to "%s"', connection, org, expected);
        hint := 'Check the key of the user mapping; if it is right: ALTER SERVER ... OPTIONS (SET expected_org ...).';
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._refusal(name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._refusal(name, text) IS 'why nothing may be delivered to a connection';
