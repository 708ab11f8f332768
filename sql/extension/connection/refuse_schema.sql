-- Raise that the live tables of a connection cannot be made in a schema that has some already,
-- with the server's words for it.
CREATE FUNCTION pendo._refuse_schema(message text, schema name, connection name)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE duplicate_table USING
        MESSAGE = message,
        DETAIL = format('Schema "%s" is to hold the live tables of connection "%s".', schema, connection),
        HINT = format('Give them a schema of their own: schema => %L.', connection);
END
$$;
REVOKE ALL ON FUNCTION pendo._refuse_schema(text, name, name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._refuse_schema(text, name, name) IS
    'raise that a schema has live tables already';
