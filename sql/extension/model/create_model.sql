-- Make a connection's model in a schema: local tables (empty as yet), summaries and
-- views, as ordinary objects that belong to the current role.  The schema is made if
-- it is not there; what is there already stays.  A team may then add columns, indexes and triggers, and replace
-- views; pendo.upgrade_model() respects that.
-- Out: the objects made.  Errors: the connection has no live tables, a model already,
-- or the schema belongs to somebody else.
CREATE FUNCTION pendo.create_model(connection name, schema name)
RETURNS TABLE (object text, kind text)
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
SET client_min_messages = warning
AS $$
#variable_conflict use_column
DECLARE
    source record;
    template record;
BEGIN
    IF NOT EXISTS (SELECT FROM pendo._model_source(create_model.connection)) THEN
        RAISE undefined_table USING
            MESSAGE = format('connection "%s" has no live tables', create_model.connection),
            DETAIL = coalesce('There are connections: ' || (
                SELECT string_agg(DISTINCT t.connection::text, ', ') FROM pendo.live_table t
                 WHERE pendo._connector_of(t.connection) = 'pendo_fdw') || '.',
                'There is no connection yet.'),
            HINT = 'pendo.connect() makes a connection and its live tables.';
    END IF;
    IF to_regnamespace(quote_ident(schema)) IS NULL THEN
        EXECUTE format('CREATE SCHEMA %I', schema);
    ELSIF NOT pg_has_role((SELECT nspowner FROM pg_namespace WHERE nspname = schema), 'USAGE') THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('must be owner of schema %s', schema);
    END IF;
    BEGIN
        INSERT INTO pendo.model (connection, schema_name) VALUES (create_model.connection, schema);
    EXCEPTION WHEN unique_violation THEN
        RAISE duplicate_object USING
            MESSAGE = format('connection "%s" has a model already, or schema "%s" holds another''s',
                             create_model.connection, schema),
            DETAIL = 'A connection has one model, in a schema of its own.',
            HINT = 'pendo.keep_local() adds pulls to a model; pendo.upgrade_model() brings it up to date.';
    END;
    FOR source IN SELECT * FROM pendo._model_source(create_model.connection) LOOP
        CONTINUE WHEN pendo._find_relation(schema, source.object) IS NOT NULL;
        PERFORM pendo._create_local_table(source.live, schema, source.object);
    END LOOP;
    FOR template IN
        SELECT d.file, d.statements,
               substring(d.file FROM '([^/]+)\.sql$') AS object    -- "x.query" is none
          FROM pendo._default_model() d ORDER BY d.ordinal
    LOOP
        IF pendo._find_relation(schema, template.object) IS NULL THEN
            PERFORM pendo._create_model_object(create_model.connection, schema, template.file,
                                               template.statements);
        ELSE
            -- Of an earlier model, or the team's own: to be found out when that is asked.
            INSERT INTO pendo.model_object (connection, file, statements, definition_hash)
            VALUES (create_model.connection, template.file, template.statements,
                    CASE WHEN pendo._definition_hash(schema, template.object) IS NOT NULL
                         THEN '' END)
            ON CONFLICT DO NOTHING;
        END IF;
    END LOOP;
    PERFORM pendo._say_whose_model(create_model.connection, schema);
    RETURN QUERY
        SELECT c.relname::text, CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END
          FROM pg_class c
         WHERE c.relnamespace = to_regnamespace(quote_ident(schema))
           AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
         ORDER BY 2, 1;
END
$$;
REVOKE ALL ON FUNCTION pendo.create_model(name, name) FROM PUBLIC;
COMMENT ON FUNCTION pendo.create_model(name, name) IS
    'make a connection''s local tables, summaries and views in a schema';
