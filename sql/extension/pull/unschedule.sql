-- Let them run only when asked: a pull, or (NULL) all of the current role.  How often
-- each ran stays known for pendo.schedule().
CREATE FUNCTION pendo.unschedule(pull text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    PERFORM pendo._check_own_pull(pull);
    UPDATE pendo.pull p SET is_scheduled = false, changed_at = now()
     WHERE p.owner = current_user AND p.name = coalesce(unschedule.pull, p.name)
       AND p.is_scheduled;
    PERFORM pendo._forget_job(current_user);
END
$$;
REVOKE ALL ON FUNCTION pendo.unschedule(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.unschedule(text) IS 'let pulls run only when asked';
