-- Does another session that is still there hold a lane?  Unlike a pull's, a lane's session
-- may look idle for a moment between its transactions.  As its definer, for the reason of
-- pendo._lease_holds.
CREATE FUNCTION pendo._lane_is_held(pid integer, backend_start timestamptz)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(pid <> pg_backend_pid()
     AND EXISTS (SELECT FROM pg_stat_get_activity(pid) a
                   JOIN pg_database d ON d.oid = a.datid
                  WHERE a.backend_start = _lane_is_held.backend_start
                    AND d.datname = current_database()
                    AND coalesce(a.state, 'active') !~ '^idle$'), false);
END;
REVOKE ALL ON FUNCTION pendo._lane_is_held(integer, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION pendo._lane_is_held(integer, timestamptz) IS
    'does another session that is still there hold a lane?';
