-- Connect a Pendo subscription: server, user mapping for the current user,
-- schema and live tables, in one call.  Out: the DDL that it ran, a row a
-- statement, secrets replaced by dots.
--
-- In: name of the server; time_zone of the subscription; the key, as the name
-- of a file in pendo_fdw.secret_directory or (second best) itself; region, a
-- name of pendo.region; schema of the live tables, made if need be;
-- history_start, the first day that queries without a time range cover;
-- period, the grain of event tables; options, further options of the server.
-- Errors: those of the statements and of the network; then nothing is left.
CREATE FUNCTION pendo.connect(
    name name,
    time_zone text,
    secret_file text DEFAULT NULL,
    integration_key text DEFAULT NULL,
    region text DEFAULT 'us',
    schema name DEFAULT 'live',
    history_start date DEFAULT NULL,
    period text DEFAULT 'day',
    options jsonb DEFAULT '{}')
RETURNS SETOF text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    address text;
    statement text;
    option text;
BEGIN
    IF name IS NULL OR time_zone IS NULL OR schema IS NULL OR period IS NULL
       OR options IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'null_value_not_allowed',
            MESSAGE = 'name, time_zone, schema, period and options must not '
                      'be null';
    END IF;
    IF (secret_file IS NULL) = (integration_key IS NULL) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = 'either secret_file or integration_key is needed',
            HINT = 'Put the key into a file of pendo_fdw.secret_directory and '
                   'give its name as secret_file.';
    END IF;
    SELECT r.base_url INTO address FROM pendo.region r
     WHERE r.name = connect.region;
    IF address IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'invalid_parameter_value',
            MESSAGE = format('unknown region "%s"', region),
            HINT = 'SELECT * FROM pendo.region lists them; any other address '
                   'is given as options => ''{"base_url": "https://..."}''.';
    END IF;

    SELECT format('CREATE SERVER %I FOREIGN DATA WRAPPER pendo_fdw OPTIONS (%s)',
                  connect.name,
                  string_agg(format('%I %L', o.key, o.value), ', '
                             ORDER BY o.key))
      INTO statement
      FROM (SELECT 'base_url' AS key, address AS value
             WHERE connect.options ->> 'base_url' IS NULL
            UNION ALL SELECT 'time_zone', connect.time_zone
            UNION ALL SELECT 'history_start',
                             to_char(connect.history_start, 'YYYY-MM-DD')
             WHERE connect.history_start IS NOT NULL
            UNION ALL SELECT j.key, j.value
              FROM jsonb_each_text(connect.options) j
             WHERE j.value IS NOT NULL) AS o;
    EXECUTE statement;
    RETURN NEXT statement || ';';

    -- Not by EXECUTE: notices and errors would quote the key.
    option := CASE WHEN secret_file IS NOT NULL THEN 'secret_file'
                   ELSE 'integration_key' END;
    PERFORM pendo._map_user(name, ARRAY[option],
                            ARRAY[coalesce(secret_file, integration_key)]);
    RETURN NEXT format('CREATE USER MAPPING FOR CURRENT_USER SERVER %I '
                       'OPTIONS (%I %L);', name, option,
                       coalesce(secret_file, '...'));

    IF to_regnamespace(quote_ident(schema)) IS NULL THEN
        statement := format('CREATE SCHEMA %I', schema);
        EXECUTE statement;
        RETURN NEXT statement || ';';
    END IF;

    statement := format('IMPORT FOREIGN SCHEMA pendo FROM SERVER %I INTO %I '
                        'OPTIONS (period %L)', name, schema, period);
    BEGIN
        EXECUTE statement;
    EXCEPTION WHEN duplicate_table THEN
        PERFORM pendo._refuse_schema(SQLERRM, schema, name);
    END;
    RETURN NEXT statement || ';';
END
$$;
REVOKE ALL ON FUNCTION pendo.connect(name, text, text, text, text, name, date,
                                     text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo.connect(name, text, text, text, text, name, date,
                                  text, jsonb) IS
    'connect a Pendo subscription: server, user mapping and live tables';
