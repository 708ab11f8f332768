-- Check a connection step by step: a row a step, in the order in which things
-- can go wrong; is_ok is NULL for a step that could not be tried.  In: the
-- connection.  Errors: there is no such connection, or no key for it; what
-- the network or Pendo does is told, not raised.
CREATE FUNCTION pendo.check(
    connection name,
    OUT step text,
    OUT is_ok boolean,
    OUT result text,
    OUT hint text)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    probe pendo._probe_result;
BEGIN
    probe := pendo._probe(connection, 'GET', '/api/v1/token/verify', NULL,
                          false);
    RETURN QUERY SELECT * FROM pendo._check_way(connection, probe);
    IF probe.status = 0 THEN
        RETURN;
    END IF;
    BEGIN
        RETURN QUERY SELECT * FROM pendo._check_clock(probe);
        RETURN QUERY SELECT * FROM pendo._check_key(connection, probe);
        IF probe.status <> 200 THEN
            RETURN;
        END IF;
        RETURN QUERY SELECT * FROM pendo._check_write(connection);
        RETURN QUERY SELECT * FROM pendo._check_apps(connection);
        RETURN QUERY SELECT * FROM pendo._check_zone(connection);
    EXCEPTION WHEN data_exception THEN
        -- A login page of the network, say, with status 200.
        RETURN QUERY VALUES ('answer', false,
            'not what Pendo sends',
            'Check that the option base_url names Pendo''s API, and that no '
            'other program answers in its place.');
    END;
END
$$;
REVOKE ALL ON FUNCTION pendo.check(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo.check(name) IS
    'check a connection step by step: address, proxy, TLS, key, zone, ...';
