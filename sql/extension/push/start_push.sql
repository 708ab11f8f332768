-- Start a push, or let a paused one go on: as a trial for so many records, to see what comes of
-- it, or (NULL) for all.
-- Errors: not the caller's; a remote field is not there.
CREATE FUNCTION pendo.start_push(name text, trial integer DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.push := pendo._own_push(name);
BEGIN
    PERFORM pendo._check_push(p);
    PERFORM pendo._check_remote_fields(p);
    UPDATE pendo.push d
       SET state = CASE WHEN trial IS NULL THEN 'live' ELSE 'trial' END, trial_limit = trial
     WHERE d.name = p.name;
END
$$;
REVOKE ALL ON FUNCTION pendo.start_push(text, integer) FROM PUBLIC;
COMMENT ON FUNCTION pendo.start_push(text, integer) IS 'start a push, for some records or all';
