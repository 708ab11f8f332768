-- Which connector a connection has: the name of its foreign-data wrapper.
CREATE FUNCTION pendo._connector_of(connection name)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT w.fdwname
    FROM pg_foreign_server s
    JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
   WHERE s.srvname = connection
     AND w.fdwname IN ('pendo_fdw', 'hubspot_fdw', 'salesforce_fdw');
END;
REVOKE ALL ON FUNCTION pendo._connector_of(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._connector_of(name) IS 'connector of a connection';
