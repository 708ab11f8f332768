-- An option of a connection's server, or its default.
CREATE FUNCTION pendo._server_option(connection name, option text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  RETURN coalesce(
      (SELECT o.option_value
         FROM pg_foreign_server s, pg_options_to_table(s.srvoptions) o
        WHERE s.srvname = connection AND o.option_name = _server_option.option),
      (SELECT d.preset
         FROM pendo._option(pendo._connector_of(connection)) d
        WHERE d.place = 'server' AND d.name = _server_option.option));
END
$$;
REVOKE ALL ON FUNCTION pendo._server_option(name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._server_option(name, text) IS
    'an option of a connection''s server, or its default';
