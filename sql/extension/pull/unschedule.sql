-- Let them run only when asked: a pull, or (NULL) all of the current role.
CREATE FUNCTION pendo.unschedule(pull text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    UPDATE pendo.pull p SET every = NULL, changed_at = now()
     WHERE p.owner = current_user AND p.name = coalesce(unschedule.pull, p.name);
    IF unschedule.pull IS NULL AND to_regprocedure('cron.unschedule(bigint)') IS NOT NULL THEN
        EXECUTE 'SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname = $1'
          USING 'pendo_fdw pulls of ' || current_user;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo.unschedule(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.unschedule(text) IS 'let pulls run only when asked';
