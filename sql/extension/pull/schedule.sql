-- Let the current role's pulls run by themselves: a pull each "every" (NULL: all as
-- they are defined).  Preloaded, the extension's own workers do it; else pg_cron,
-- where it is installed in this database, looks every minute for what is due.
-- Out: who will run them.  Errors: nobody is there to do it, or not as asked.
CREATE FUNCTION pendo.schedule(pull text DEFAULT NULL, every interval DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    IF schedule.every IS NOT NULL THEN
        UPDATE pendo.pull p SET every = schedule.every, changed_at = now()
         WHERE p.owner = current_user AND p.name = coalesce(schedule.pull, p.name);
        UPDATE pendo.ledger l SET due_at = least(l.due_at, now() + schedule.every)
          FROM pendo.pull p
         WHERE p.name = l.pull AND p.owner = current_user AND l.state <> 'closed'
           AND p.name = coalesce(schedule.pull, p.name);
    END IF;
    IF pendo._has_workers() THEN
        PERFORM pendo._wake();
        RETURN 'workers of pendo_fdw run them';
    END IF;
    RETURN pendo._schedule_by_cron();
END
$$;
REVOKE ALL ON FUNCTION pendo.schedule(text, interval) FROM PUBLIC;
COMMENT ON FUNCTION pendo.schedule(text, interval) IS
    'let pulls run by themselves, by workers or pg_cron';
