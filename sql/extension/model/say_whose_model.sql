-- Tell the model's views which connection they belong to, and its time zone.  A view
-- that the team has made its own stays as it is.
CREATE FUNCTION pendo._say_whose_model(connection name, schema name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM pendo.model_object o
                WHERE o.connection = _say_whose_model.connection
                  AND o.file = 'base/model_connection.sql'
                  AND o.definition_hash <> ''
                  AND o.definition_hash IS DISTINCT FROM
                      pendo._definition_hash(schema, 'model_connection')) THEN
        RETURN;
    END IF;
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
