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
      FROM pendo._default_model() d WHERE d.file = _create_model_object.file;
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
