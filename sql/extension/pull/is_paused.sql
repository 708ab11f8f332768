-- Does a connection rest?
CREATE FUNCTION pendo._is_paused(connection name)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(current_setting('pendo_fdw.paused', true)::boolean, false)
      OR EXISTS (SELECT FROM pendo.pause p
                  WHERE p.connection IS NULL
                     OR p.connection = _is_paused.connection);
END;
REVOKE ALL ON FUNCTION pendo._is_paused(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._is_paused(name) IS 'does a connection rest?';
