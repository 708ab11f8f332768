-- Begin a run: the ledger is brought up to date.  Returns the run's number, or NULL
-- after noting why that cannot be.
CREATE FUNCTION pendo._begin_run(pull text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    run bigint;
    message text;
    code text;
BEGIN
    INSERT INTO pendo.run (pull) VALUES (_begin_run.pull) RETURNING id INTO run;
    PERFORM pendo._plan_windows(pull);
    RETURN run;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, code = RETURNED_SQLSTATE;
    INSERT INTO pendo.run (pull, ended_at, failure, failure_state)
    VALUES (_begin_run.pull, clock_timestamp(), message, code);
    UPDATE pendo.ledger l
       SET failure = message, failure_state = code, failed_at = clock_timestamp(),
           due_at = greatest(l.due_at, clock_timestamp() + interval '5 minutes')
     WHERE l.pull = _begin_run.pull AND l.due_at <= clock_timestamp();
    RAISE WARNING 'pull %: %', pull, message USING ERRCODE = code;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION pendo._begin_run(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._begin_run(text) IS 'begin a run';
