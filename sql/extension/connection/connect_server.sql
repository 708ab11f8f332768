-- What the functions that connect a CRM have in common: server, user mapping for
-- the current user, schema and live tables.  Out: the DDL that was run, a row a
-- statement, secrets replaced by dots.
--
-- In: name of the server; its wrapper and options, of which those that are null
-- are left out; the mapping's options likewise, which of them are secret; schema
-- of the live tables, made if need be.  Errors: those of the statements and of the
-- network; then nothing is left.
CREATE FUNCTION pendo._connect_server(
    name name,
    wrapper name,
    server_options jsonb,
    mapping_names text[],
    mapping_values text[],
    schema name)
RETURNS SETOF text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    statement text;
BEGIN
    IF name IS NULL OR schema IS NULL OR server_options IS NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = 'null_value_not_allowed',
            MESSAGE = 'name, schema and options must not be null';
    END IF;
    SELECT format('CREATE SERVER %I FOREIGN DATA WRAPPER %I', name, wrapper)
           || coalesce(' OPTIONS (' || string_agg(format('%I %L', o.key, o.value), ', '
                                                  ORDER BY o.key) || ')', '')
      INTO statement
      FROM jsonb_each_text(server_options) o
     WHERE o.value IS NOT NULL;
    EXECUTE statement;
    RETURN NEXT statement || ';';
    PERFORM pendo._note_home();

    -- Not by EXECUTE: notices and errors would quote the secrets.
    PERFORM pendo._map_user(name, array_agg(m.option ORDER BY m.position),
                            array_agg(m.value ORDER BY m.position))
       FROM unnest(mapping_names, mapping_values) WITH ORDINALITY
            AS m (option, value, position)
      WHERE m.value IS NOT NULL;
    RETURN QUERY
    SELECT format('CREATE USER MAPPING FOR CURRENT_USER SERVER %I OPTIONS (%s);',
                  _connect_server.name,
                  string_agg(format('%I %L', m.option,
                                    CASE WHEN o.is_secret THEN '...' ELSE m.value END),
                             ', ' ORDER BY m.position))
      FROM unnest(mapping_names, mapping_values) WITH ORDINALITY
           AS m (option, value, position)
      JOIN pendo._option(wrapper) o ON o.place = 'user mapping' AND o.name = m.option
     WHERE m.value IS NOT NULL;

    IF to_regnamespace(quote_ident(schema)) IS NULL THEN
        statement := format('CREATE SCHEMA %I', schema);
        EXECUTE statement;
        RETURN NEXT statement || ';';
    END IF;
    statement := format('IMPORT FOREIGN SCHEMA %I FROM SERVER %I INTO %I',
                        replace(wrapper, '_fdw', ''), name, schema);
    BEGIN
        EXECUTE statement;
    EXCEPTION WHEN duplicate_table THEN
        PERFORM pendo._refuse_schema(SQLERRM, schema, name);
    END;
    RETURN NEXT statement || ';';
END
$$;
REVOKE ALL ON FUNCTION pendo._connect_server(name, name, jsonb, text[], text[], name)
    FROM PUBLIC;
COMMENT ON FUNCTION pendo._connect_server(name, name, jsonb, text[], text[], name) IS
    'make server, user mapping and live tables';
