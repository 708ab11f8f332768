-- Let pulls of the current role run by themselves: one, or (NULL) all; each "every", or
-- (NULL) as often as each is defined to.  Preloaded, the extension's own workers do it;
-- else pg_cron, where it is installed in this database, looks every minute for what is
-- due.
-- Out: who will run them.  Errors: nobody is there to do it, or not as asked.
CREATE FUNCTION pendo.schedule(pull text DEFAULT NULL, every interval DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    PERFORM pendo._check_own_pull(pull);
    UPDATE pendo.pull p
       SET is_scheduled = true, every = coalesce(schedule.every, p.every), changed_at = now()
     WHERE p.owner = current_user AND p.name = coalesce(schedule.pull, p.name)
       AND (p.is_scheduled, p.every) IS DISTINCT FROM (true, coalesce(schedule.every, p.every));
    IF pendo._has_workers() THEN        -- which the UPDATE woke
        RETURN 'workers of pendo_fdw run them';
    END IF;
    RETURN pendo._schedule_by_cron();
END
$$;
REVOKE ALL ON FUNCTION pendo.schedule(text, interval) FROM PUBLIC;
COMMENT ON FUNCTION pendo.schedule(text, interval) IS
    'let pulls run by themselves, by workers or pg_cron';
