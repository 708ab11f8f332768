-- This session's own process: when it began, and whether a client waits for what it
-- says.  As its definer, for the reason of pendo._lease_holds.
CREATE FUNCTION pendo._own_backend(OUT backend_start timestamptz, OUT is_watched boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT a.backend_start, a.backend_type = 'client backend'
    FROM pg_stat_get_activity(pg_backend_pid()) a;
END;
REVOKE ALL ON FUNCTION pendo._own_backend() FROM PUBLIC;
COMMENT ON FUNCTION pendo._own_backend() IS 'this session''s own process';
