-- End a run: one that had nothing to do leaves no trace, and old ones go.
CREATE FUNCTION pendo._end_run(run bigint)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE pendo.run r SET ended_at = clock_timestamp() WHERE r.id = run;
  DELETE FROM pendo.run r
   WHERE r.id = run AND r.windows = 0 AND r.failed_windows = 0 AND r.requests = 0
      OR r.started_at < now() - coalesce(current_setting('pendo_fdw.log_retention', true),
                                         '90 days')::interval;
END;
REVOKE ALL ON FUNCTION pendo._end_run(bigint) FROM PUBLIC;
COMMENT ON FUNCTION pendo._end_run(bigint) IS 'end a run';
