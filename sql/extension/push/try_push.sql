-- Run a push; note if that fails, and when it is tried again, each time after a longer
-- wait.  A worker, which nobody watches, warns of a failure only when it is new.
CREATE FUNCTION pendo._try_push(
    name text,
    OUT items bigint,
    OUT changed bigint,
    OUT vanished bigint,
    OUT is_full boolean,
    OUT is_held boolean)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    message text;
    detail text;
    hint text;
    state text;
    is_new boolean;
BEGIN
    SELECT r.* INTO items, changed, vanished, is_full, is_held FROM pendo._run_one_push(name) r;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL,
                            hint = PG_EXCEPTION_HINT, state = RETURNED_SQLSTATE;
    SELECT p.failure IS DISTINCT FROM message INTO is_new FROM pendo.push p WHERE p.name = _try_push.name;
    UPDATE pendo.push p
       SET failure = message, failed_at = clock_timestamp(), failures = p.failures + 1,
           due_at = clock_timestamp() + least(power(2, least(p.failures, 10)) * interval '15 seconds',
                                              interval '1 hour') * (0.75 + random() / 2)
     WHERE p.name = _try_push.name AND p.owner = current_user;
    IF is_new OR (SELECT b.is_watched FROM pendo._own_backend() b) THEN
        PERFORM pendo._warn(format('push %s: %s', name, message), state, detail, hint);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._try_push(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._try_push(text) IS 'run a push, and note if that fails';
