-- Check a connection step by step: a row a step, in the order in which things
-- can go wrong; is_ok is NULL for a step that could not be tried.  In: the
-- connection.  Errors: there is no such connection, or no key for it; what
-- the network or the remote system does is told, not raised.
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
BEGIN
    CASE coalesce(pendo._connector_of(connection), '')
        WHEN 'hubspot_fdw' THEN
            RETURN QUERY SELECT * FROM pendo._check_hubspot(connection);
        WHEN 'salesforce_fdw' THEN
            RETURN QUERY SELECT * FROM pendo._check_salesforce(connection);
        ELSE
            -- What is no connection is an error there.
            RETURN QUERY SELECT * FROM pendo._check_pendo(connection);
    END CASE;
END
$$;
REVOKE ALL ON FUNCTION pendo.check(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo.check(name) IS
    'check a connection step by step: address, proxy, TLS, key, zone, ...';
