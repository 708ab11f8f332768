-- The version of a connection's API that items are sent by.
CREATE FUNCTION pendo._api_version(connection name)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(pendo._server_option(connection, 'api_version'),
                  CASE pendo._connector(connection) WHEN 'salesforce' THEN '68.0' ELSE 'v3' END);
END;
REVOKE ALL ON FUNCTION pendo._api_version(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._api_version(name) IS 'version of a connection''s API';
