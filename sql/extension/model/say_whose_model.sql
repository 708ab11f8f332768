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
