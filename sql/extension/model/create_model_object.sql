-- Run the statements of a template in a model's schema and remember what they made.
CREATE FUNCTION pendo._create_model_object(connection name, schema_name name, file text,
                                           statements text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    object text := substring(file FROM '([^/]+)\.sql$');
    summary text := substring(file FROM '([^/]+)\.query\.sql$');
BEGIN
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
    INSERT INTO pendo.model_object AS o (connection, file, statements, definition_hash)
    VALUES (connection, file, statements, pendo._definition_hash(schema_name, object))
    ON CONFLICT ON CONSTRAINT model_object_pkey DO UPDATE
       SET statements = EXCLUDED.statements, definition_hash = EXCLUDED.definition_hash;
    IF object = 'model_connection' THEN
        PERFORM pendo._say_whose_model(connection, schema_name);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._create_model_object(name, name, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._create_model_object(name, name, text, text) IS
    'run the statements of a template in a model''s schema';
