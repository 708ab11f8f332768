-- Is a lease's backend still there, and at work?  One that was cancelled is idle; one
-- of another database worked when the ledger was copied.  As its definer, because the
-- server shows sessions to their own user alone, and after SET ROLE that is another.
-- NULL without a lease.
CREATE FUNCTION pendo._lease_holds(pid integer, backend_start timestamptz)
RETURNS boolean
LANGUAGE sql STABLE STRICT SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT pid <> pg_backend_pid()
     AND EXISTS (SELECT FROM pg_stat_get_activity(pid) a
                   JOIN pg_database d ON d.oid = a.datid
                  WHERE a.backend_start = _lease_holds.backend_start
                    AND d.datname = current_database()
                    AND coalesce(a.state, 'active') !~ '^idle');
END;
REVOKE ALL ON FUNCTION pendo._lease_holds(integer, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION pendo._lease_holds(integer, timestamptz) IS
    'is a lease''s backend still there?';
