-- The schema of a connection's live tables: where most of them are, or else where the function
-- that connects makes them if nobody says otherwise.
CREATE FUNCTION pendo._live_schema(connection name)
RETURNS name
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce((SELECT t.schema_name
                     FROM pendo.live_table t
                    WHERE t.connection = _live_schema.connection
                    GROUP BY t.schema_name
                    ORDER BY count(*) DESC, t.schema_name
                    LIMIT 1),
                  CASE pendo._connector_of(connection)
                       WHEN 'pendo_fdw' THEN 'live' WHEN 'hubspot_fdw' THEN 'hubspot'
                       WHEN 'salesforce_fdw' THEN 'salesforce' END);
END;
REVOKE ALL ON FUNCTION pendo._live_schema(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._live_schema(name) IS 'the schema of a connection''s live tables';
