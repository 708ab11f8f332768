-- Who runs the pulls here, as a sentence.
CREATE FUNCTION pendo._what_runs_pulls()
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE WHEN pendo._has_workers()
              THEN 'workers run the pulls now and then; see pendo.pull_progress'
              ELSE 'CALL pendo.run_pull(''...'') runs a pull now; for workers add pendo_fdw to '
                   'shared_preload_libraries, or SELECT pendo.schedule() with pg_cron' END;
END;
REVOKE ALL ON FUNCTION pendo._what_runs_pulls() FROM PUBLIC;
COMMENT ON FUNCTION pendo._what_runs_pulls() IS 'who runs the pulls here, as a sentence';
