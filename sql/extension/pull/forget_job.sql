-- Take a role's job out of pg_cron once none of its pulls runs by itself.  Where there is
-- no pg_cron, or no right to it, there is no job to take.
CREATE FUNCTION pendo._forget_job(owner name)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM pendo.pull p
                WHERE p.owner = _forget_job.owner AND p.is_scheduled)
       OR NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron')
       OR NOT has_schema_privilege('cron', 'USAGE') THEN
        RETURN;
    END IF;
    EXECUTE 'SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname = $1 AND username = $2'
      USING 'pendo_fdw pulls of ' || _forget_job.owner, _forget_job.owner;
END
$$;
REVOKE ALL ON FUNCTION pendo._forget_job(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._forget_job(name) IS
    'take a role''s job out of pg_cron once none of its pulls runs by itself';
