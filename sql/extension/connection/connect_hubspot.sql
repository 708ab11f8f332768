-- Connect a HubSpot account: server, user mapping for the current user, schema
-- and live tables, in one call.  Out: the DDL that it ran, a row a statement,
-- secrets replaced by dots.
--
-- In: name of the server; the access token of a private app or service key, as the
-- name of a file in pendo_fdw.secret_directory or (second best) itself; schema of
-- the live tables, made if need be; environment and expected_org, without which
-- nothing will be delivered to it; options, further options of the server.
-- Errors: those of the statements and of the network; then nothing is left.
CREATE FUNCTION pendo.connect_hubspot(
    name name,
    secret_file text DEFAULT NULL,
    access_token text DEFAULT NULL,
    schema name DEFAULT 'hubspot',
    environment text DEFAULT NULL,
    expected_org text DEFAULT NULL,
    options jsonb DEFAULT '{}')
RETURNS SETOF text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (secret_file IS NULL) = (access_token IS NULL) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = 'either secret_file or access_token is needed',
            HINT = 'Put the token into a file of pendo_fdw.secret_directory and '
                   'give its name as secret_file.';
    END IF;
    RETURN QUERY
    SELECT * FROM pendo._connect_server(
        name, 'hubspot_fdw',
        options || jsonb_strip_nulls(jsonb_build_object(
            'environment', environment, 'expected_org', expected_org)),
        '{secret_file,access_token}', ARRAY[secret_file, access_token], schema);
END
$$;
REVOKE ALL ON FUNCTION pendo.connect_hubspot(name, text, text, name, text, text, jsonb)
    FROM PUBLIC;
COMMENT ON FUNCTION pendo.connect_hubspot(name, text, text, name, text, text, jsonb) IS
    'connect a HubSpot account: server, user mapping and live tables';
