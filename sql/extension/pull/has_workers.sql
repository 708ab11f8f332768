-- Is the library preloaded, so that there are workers?  As its definer, because the
-- setting is shown to few, and this one fact is no secret.
CREATE FUNCTION pendo._has_workers()
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT 'pendo_fdw' = ANY (string_to_array(
      replace(replace(current_setting('shared_preload_libraries'), ' ', ''), '"', ''), ','));
END;
REVOKE ALL ON FUNCTION pendo._has_workers() FROM PUBLIC;
COMMENT ON FUNCTION pendo._has_workers() IS 'is the library preloaded, so that there are workers?';
