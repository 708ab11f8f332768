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
    wrong record;
BEGIN
    PERFORM pendo._check_push(p);
    SELECT * INTO wrong FROM pendo.check_push(p.name) LIMIT 1;
    IF FOUND THEN
        RAISE undefined_column USING
            MESSAGE = format('%s of connection "%s" has no field "%s"', p.object, p.connection, wrong.field),
            DETAIL = format('Push "%s" would write it.', p.name),
            HINT = concat('Perhaps you meant "' || wrong.nearest || '". ',
                          format('If it is new there, or once you have made it: SELECT * FROM pendo.refresh_tables(%L);',
                                 p.connection));
    END IF;
    UPDATE pendo.push d
       SET state = CASE WHEN trial IS NULL THEN 'live' ELSE 'trial' END, trial_limit = trial
     WHERE d.name = p.name;
END
$$;
REVOKE ALL ON FUNCTION pendo.start_push(text, integer) FROM PUBLIC;
COMMENT ON FUNCTION pendo.start_push(text, integer) IS 'start a push, for some records or all';
