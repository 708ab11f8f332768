-- Give the current role a job of pg_cron that looks every minute for what is due.
-- Out: what will run its pulls.  Errors: pg_cron is not here, the role may not use it or
-- be logged in as, a pull wants to run more often than jobs do.
CREATE FUNCTION pendo._schedule_by_cron()
RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    job text := 'pendo_fdw pulls of ' || current_user;
    hasty text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
        RAISE object_not_in_prerequisite_state USING
            MESSAGE = 'nobody is here to run pulls by themselves',
            DETAIL = 'pendo_fdw is not preloaded, and pg_cron is not installed in this database.',
            HINT = 'Add pendo_fdw to shared_preload_libraries and restart, or CREATE EXTENSION pg_cron.';
    ELSIF NOT has_schema_privilege('cron', 'USAGE') THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('role "%s" may not use pg_cron', current_user),
            DETAIL = 'pendo_fdw is not preloaded, so a job of pg_cron has to run the pulls.',
            HINT = format('A superuser can let it: GRANT USAGE ON SCHEMA cron TO %I;', current_user);
    ELSIF NOT (SELECT rolcanlogin FROM pg_roles WHERE rolname = current_user) THEN
        RAISE object_not_in_prerequisite_state USING
            MESSAGE = format('pg_cron cannot run jobs of role "%s"', current_user),
            DETAIL = 'Its jobs log in as the role that made them.',
            HINT = format('ALTER ROLE %I LOGIN;', current_user);
    END IF;
    SELECT p.name INTO hasty FROM pendo.pull p
     WHERE p.owner = current_user AND p.is_scheduled AND p.every < '1 minute' ORDER BY p.every, p.name LIMIT 1;
    IF FOUND THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('pg_cron cannot run pull "%s" more often than every minute', hasty),
            HINT = format('SELECT pendo.schedule(%L, every => ''1 minute''); or preload pendo_fdw, '
                          'whose workers keep to seconds.', hasty);
    END IF;
    EXECUTE 'SELECT cron.schedule($1, $2, $3)' USING job, '* * * * *', 'CALL pendo.run_pull()';
    RETURN format('pg_cron runs them, job "%s"', job);
END
$$;
REVOKE ALL ON FUNCTION pendo._schedule_by_cron() FROM PUBLIC;
COMMENT ON FUNCTION pendo._schedule_by_cron() IS
    'give the current role a job of pg_cron that runs its pulls';
