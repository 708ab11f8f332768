-- The steps of pendo.check() for Pendo.
CREATE FUNCTION pendo._check_pendo(
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
REVOKE ALL ON FUNCTION pendo._check_pendo(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_pendo(name) IS
    'check a connection to Pendo';
