-- End a pause, also of a connection that is gone; returns whether there was one.
CREATE FUNCTION pendo.resume(connection name DEFAULT NULL)
RETURNS boolean
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH ended AS (
    DELETE FROM pendo.pause p
     WHERE p.connection IS NOT DISTINCT FROM resume.connection
     RETURNING pendo._wake())
  SELECT count(*) > 0 FROM ended;
END;
REVOKE ALL ON FUNCTION pendo.resume(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo.resume(name) IS 'end a pause';
