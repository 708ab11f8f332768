-- Connect a Salesforce organisation: server, user mapping for the current user,
-- schema and live tables, in one call.  Out: the DDL that it ran, a row a
-- statement, secrets replaced by dots.
--
-- In: name of the server; login_url, the organisation's My Domain; client_id of the
-- app; its secret, as the name of a file in pendo_fdw.secret_directory or (second
-- best) itself; a refresh token likewise, without which the app's own user signs
-- in; schema of the live tables, made if need be; environment and expected_org,
-- without which nothing will be delivered to it; options, further options of the
-- server.  Errors: those of the statements and of the network; then nothing is left.
CREATE FUNCTION pendo.connect_salesforce(
    name name,
    login_url text,
    client_id text,
    client_secret_file text DEFAULT NULL,
    refresh_token_file text DEFAULT NULL,
    schema name DEFAULT 'salesforce',
    environment text DEFAULT NULL,
    expected_org text DEFAULT NULL,
    client_secret text DEFAULT NULL,
    refresh_token text DEFAULT NULL,
    options jsonb DEFAULT '{}')
RETURNS SETOF text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF login_url IS NULL OR client_id IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'null_value_not_allowed',
            MESSAGE = 'login_url and client_id must not be null';
    END IF;
    IF num_nonnulls(client_secret_file, client_secret) > 1
       OR num_nonnulls(refresh_token_file, refresh_token) > 1
       OR num_nonnulls(client_secret_file, client_secret,
                       refresh_token_file, refresh_token) = 0 THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = 'a client secret or a refresh token is needed, each once',
            HINT = 'Put them into files of pendo_fdw.secret_directory and give '
                   'their names as client_secret_file and refresh_token_file.';
    END IF;
    RETURN QUERY
    SELECT * FROM pendo._connect_server(
        name, 'salesforce_fdw',
        options || jsonb_strip_nulls(jsonb_build_object(
            'login_url', login_url, 'environment', environment,
            'expected_org', expected_org)),
        '{client_id,client_secret_file,client_secret,refresh_token_file,refresh_token}',
        ARRAY[client_id, client_secret_file, client_secret, refresh_token_file,
              refresh_token], schema);
END
$$;
REVOKE ALL ON FUNCTION pendo.connect_salesforce(name, text, text, text, text, name, text,
                                                text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo.connect_salesforce(name, text, text, text, text, name, text,
                                             text, text, text, jsonb) IS
    'connect a Salesforce organisation: server, user mapping and live tables';
