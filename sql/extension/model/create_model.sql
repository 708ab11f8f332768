-- Make the local table of a live one: its columns but for "metadata"; event tables
-- in partitions by month, others with a key and deleted_at.
CREATE FUNCTION pendo._create_local_table(live regclass, schema_name name, object text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kind record;
    target text := format('%I.%I', schema_name, object);
BEGIN
    SELECT * INTO STRICT kind FROM pendo._default_pull d WHERE d.object = _create_local_table.object;
    EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING COMMENTS) %s', target, live,
        CASE WHEN kind.mode = 'by_window'
             THEN format('PARTITION BY RANGE (%I)', kind.time_column) ELSE '' END);
    EXECUTE format('COMMENT ON TABLE %s IS %L', target,
        coalesce(obj_description(live, 'pg_class'), object) || ' (local copy)');
    IF object IN ('visitor', 'account') THEN
        EXECUTE format('ALTER TABLE %s DROP COLUMN IF EXISTS metadata', target);
    END IF;
    IF kind.mode = 'by_window' THEN
        EXECUTE format('ALTER TABLE %s REPLICA IDENTITY FULL', target);
        EXECUTE format('CREATE INDEX ON %s USING brin (%I)', target, kind.time_column);
    ELSE
        EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY (%s), ADD COLUMN deleted_at timestamptz',
                       target, pendo._column_list(kind.key_columns));
        EXECUTE format('COMMENT ON COLUMN %s.deleted_at IS %L', target,
                       'when a pull found that Pendo had it no longer; NULL: it has');
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._create_local_table(regclass, name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._create_local_table(regclass, name, text) IS
    'make the local table of a live one';

-- A view's definition as a hash; NULL for what is no view.
CREATE FUNCTION pendo._definition_hash(schema_name name, object text)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT md5(pg_get_viewdef(c.oid))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = schema_name AND c.relname = object AND c.relkind = 'v';
END;
REVOKE ALL ON FUNCTION pendo._definition_hash(name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._definition_hash(name, text) IS 'a view''s definition as a hash';

-- Make a view once more of its own definition, as a dump and restore does: that may
-- name columns that had no name, or flatten an AND, and then its hash is another.
CREATE FUNCTION pendo._settle_definition(schema_name name, object text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    view regclass;
    options text;
BEGIN
    SELECT c.oid, 'WITH (' || array_to_string(c.reloptions, ', ') || ')' INTO view, options
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = schema_name AND c.relname = object AND c.relkind = 'v';
    IF FOUND THEN
        EXECUTE format('CREATE OR REPLACE VIEW %s %s AS %s', view, options, pg_get_viewdef(view));
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._settle_definition(name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._settle_definition(name, text) IS
    'make a view once more of its own definition';

-- Run one template in a model's schema and remember what it made.
CREATE FUNCTION pendo._create_model_object(connection name, schema_name name, file text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    statements text;
    object text := substring(file FROM '([^/]+)\.sql$');
    summary text := substring(file FROM '([^/]+)\.query\.sql$');
BEGIN
    SELECT d.statements INTO STRICT statements
      FROM pendo._default_model d WHERE d.file = _create_model_object.file;
    IF summary IS NOT NULL THEN
        INSERT INTO pendo.summary (schema_name, table_name, source_table, query)
        VALUES (schema_name, summary, substring(statements FROM '\mFROM\s+(\w+)'), statements)
        ON CONFLICT ON CONSTRAINT summary_pkey DO UPDATE SET query = EXCLUDED.query;
    ELSE
        PERFORM set_config('search_path', format('%I, pg_catalog, pg_temp', schema_name), true);
        -- Others may use a view that is there already: it is replaced in its place.
        EXECUTE regexp_replace(statements, '\mCREATE VIEW\M', 'CREATE OR REPLACE VIEW', 'g');
        PERFORM pendo._settle_definition(schema_name, object);
        PERFORM set_config('search_path', 'pg_catalog, pg_temp', true);
    END IF;
    INSERT INTO pendo.model_object AS o (connection, file, template_hash, definition_hash)
    VALUES (connection, file, md5(statements), pendo._definition_hash(schema_name, object))
    ON CONFLICT ON CONSTRAINT model_object_pkey DO UPDATE
       SET template_hash = EXCLUDED.template_hash, definition_hash = EXCLUDED.definition_hash;
END
$$;
REVOKE ALL ON FUNCTION pendo._create_model_object(name, name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._create_model_object(name, name, text) IS
    'run one template in a model''s schema';

-- The live tables that a model copies: for each object one, with the grain of a day.
CREATE FUNCTION pendo._model_source(connection name)
RETURNS TABLE (object text, live regclass)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT DISTINCT ON (t.object) t.object, t.relation
    FROM pendo.live_table t
    JOIN pendo._default_pull d ON d.object = t.object
   WHERE t.connection = _model_source.connection
     AND (d.time_column IS DISTINCT FROM 'day' OR coalesce(t.period, 'day') = 'day')
   ORDER BY t.object, (t.table_name = t.object) DESC, t.schema_name, t.table_name;
END;
REVOKE ALL ON FUNCTION pendo._model_source(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._model_source(name) IS 'the live tables that a model copies';

-- Make a connection's model in a schema: local tables (empty as yet), summaries and
-- views, as ordinary objects that belong to the current role.  The schema is made if
-- it is not there.  A team may then add columns, indexes and triggers, and replace
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
                SELECT string_agg(DISTINCT t.connection::text, ', ') FROM pendo.live_table t) || '.',
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
        PERFORM pendo._create_local_table(source.live, schema, source.object);
    END LOOP;
    FOR template IN SELECT d.file FROM pendo._default_model d ORDER BY d.ordinal LOOP
        PERFORM pendo._create_model_object(create_model.connection, schema, template.file);
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

-- Tell the model's views which connection they belong to.
CREATE FUNCTION pendo._say_whose_model(connection name, schema name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE VIEW %I.model_connection WITH (security_invoker = true) AS '
                   'SELECT %L::name AS connection, %L::text AS time_zone',
                   schema, connection, pendo._zone(connection));
    UPDATE pendo.model_object o
       SET definition_hash = pendo._definition_hash(schema, 'model_connection')
     WHERE o.connection = _say_whose_model.connection AND o.file = 'base/model_connection.sql';
END
$$;
REVOKE ALL ON FUNCTION pendo._say_whose_model(name, name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._say_whose_model(name, name) IS
    'tell the model''s views which connection they belong to';
