-- The current role's pulls that are to run: the one that is named, or those that
-- are due.
CREATE FUNCTION pendo._pulls_to_run(name text)
RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    owner name;
BEGIN
    IF name IS NULL THEN
        RETURN (SELECT coalesce(array_agg(d.pull ORDER BY d.due_at), '{}')
                  FROM pendo._due_pull() d
                 WHERE d.due_at <= clock_timestamp());
    END IF;
    SELECT p.owner INTO owner FROM pendo.pull p WHERE p.name = _pulls_to_run.name;
    IF NOT FOUND THEN
        RAISE undefined_object USING
            MESSAGE = format('pull "%s" does not exist', name),
            DETAIL = coalesce('There are: '
                || (SELECT string_agg(p.name, ', ' ORDER BY p.name) FROM pendo.pull p
                     WHERE p.owner = current_user) || '.', 'You have none.'),
            HINT = 'pendo.define_pull() and pendo.keep_local() make pulls.';
    ELSIF owner <> current_user THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('pull "%s" belongs to "%s"', name, owner),
            DETAIL = 'A pull runs its owner''s triggers, so nobody else may run it.',
            HINT = format('SET ROLE %I;', owner);
    END IF;
    RETURN ARRAY[name];
END
$$;
REVOKE ALL ON FUNCTION pendo._pulls_to_run(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._pulls_to_run(text) IS 'the current role''s pulls that are to run';

-- When a pull is due that has no windows yet: at once, or a while after it failed.
CREATE FUNCTION pendo._first_due(p pendo.pull)
RETURNS timestamptz
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT greatest(p.changed_at, max(r.started_at) + interval '5 minutes')
    FROM pendo.run r
   WHERE r.pull = p.name AND r.failure IS NOT NULL;
END;
REVOKE ALL ON FUNCTION pendo._first_due(pendo.pull) FROM PUBLIC;
COMMENT ON FUNCTION pendo._first_due(pendo.pull) IS
    'when a pull is due that has no windows yet';

-- Pulls of the current role that run by themselves, and when each is due.
CREATE FUNCTION pendo._due_pull()
RETURNS TABLE (pull text, owner name, due_at timestamptz)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT p.name, p.owner, coalesce(min(l.due_at), pendo._first_due(p))
    FROM pendo.pull p
    LEFT JOIN pendo.ledger l ON l.pull = p.name
   WHERE p.every IS NOT NULL AND NOT p.is_paused
     AND p.owner = current_user
     AND NOT pendo._is_paused(p.connection)
   GROUP BY p.name;
END;
REVOKE ALL ON FUNCTION pendo._due_pull() FROM PUBLIC;
COMMENT ON FUNCTION pendo._due_pull() IS
    'pulls of the current role that run by themselves, and when each is due';

-- Per owner the earliest time at which a pull is due that runs by itself.  To a
-- plain role: its own.
CREATE FUNCTION pendo._due_owner()
RETURNS TABLE (owner name, due_at timestamptz)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.owner, min(d.due_at)
    FROM (SELECT p.owner, coalesce(min(l.due_at), pendo._first_due(p)) AS due_at
            FROM pendo.pull p
            LEFT JOIN pendo.ledger l ON l.pull = p.name
           WHERE p.every IS NOT NULL AND NOT p.is_paused
             AND NOT pendo._is_paused(p.connection)
           GROUP BY p.name) d
   GROUP BY d.owner;
END;
REVOKE ALL ON FUNCTION pendo._due_owner() FROM PUBLIC;
COMMENT ON FUNCTION pendo._due_owner() IS 'per owner the time at which a pull is due';

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

-- End a run: one that had nothing to do leaves no trace, and old ones go.
CREATE FUNCTION pendo._end_run(run bigint)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE pendo.run r SET ended_at = clock_timestamp() WHERE r.id = run;
  DELETE FROM pendo.run r
   WHERE r.id = run AND r.windows = 0 AND r.failed_windows = 0 AND r.requests = 0
      OR r.started_at < now() - coalesce(current_setting('pendo_fdw.log_retention', true),
                                         '90 days')::interval;
END;
REVOKE ALL ON FUNCTION pendo._end_run(bigint) FROM PUBLIC;
COMMENT ON FUNCTION pendo._end_run(bigint) IS 'end a run';

-- Add to a run what was sent for it.
CREATE FUNCTION pendo._count_requests(run bigint, requests bigint, bytes bigint)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE pendo.run r
     SET requests = r.requests + _count_requests.requests, bytes = r.bytes + _count_requests.bytes
   WHERE r.id = run;
END;
REVOKE ALL ON FUNCTION pendo._count_requests(bigint, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION pendo._count_requests(bigint, bigint, bigint) IS
    'add to a run what was sent for it';

-- Run one pull.  Three steps for each batch of windows: lease it in a short
-- transaction; fetch it with no transaction's snapshot held; load it in another.
-- Functions that COMMIT cannot set a search_path, so nothing here needs one.
CREATE PROCEDURE pendo._run_one(pull text, is_asked boolean)
LANGUAGE plpgsql
AS $$
DECLARE
    run bigint;
    since timestamptz;
    batch pendo._batch;
    requests bigint;
    bytes bigint;
    answer text;
    unused text;
    failure text;
    failure_state text;
BEGIN
    run := pendo._begin_run(pull);
    COMMIT;
    IF run IS NULL THEN
        RETURN;
    END IF;
    since := pg_catalog.clock_timestamp();
    LOOP
        batch := pendo._lease(run, pull, is_asked, since);
        COMMIT;
        EXIT WHEN batch.query IS NULL;
        answer := NULL;
        failure := NULL;
        IF batch.wants_fingerprint THEN
            CALL pendo._fetch(batch.query, true, requests, bytes, answer, failure, failure_state);
            PERFORM pendo._count_requests(run, requests, bytes);
            IF failure IS NULL THEN
                batch := pendo._narrow(batch, answer);
            END IF;
            COMMIT;
        END IF;
        IF failure IS NULL AND batch.query IS NOT NULL THEN
            CALL pendo._fetch(batch.query, false, requests, bytes, unused, failure, failure_state);
            PERFORM pendo._count_requests(run, requests, bytes);
        END IF;
        IF failure IS NOT NULL THEN
            PERFORM pendo._note_failure(run, batch, failure, failure_state);
        ELSIF batch.query IS NOT NULL THEN
            PERFORM pendo._load(run, batch, answer);
        END IF;
        COMMIT;
        EXIT WHEN NOT pendo._may_go_on();
    END LOOP;
    PERFORM pendo._end_run(run);
    COMMIT;
END
$$;
REVOKE ALL ON PROCEDURE pendo._run_one(text, boolean) FROM PUBLIC;
COMMENT ON PROCEDURE pendo._run_one(text, boolean) IS 'run one pull';

-- Run a pull now, or (without a name) those of the current role that are due.
-- Several may run it at once: they share the windows.  Says what it did as NOTICEs;
-- a window that fails is a WARNING, is tried again later, and stops no other.
-- Errors: no such pull, not its owner, within a transaction block.
CREATE PROCEDURE pendo.run_pull(name text DEFAULT NULL)
LANGUAGE plpgsql
AS $$
DECLARE
    pulls text[];
    pull text;
    is_asked boolean;
BEGIN
    CALL pendo._check_may_commit();
    is_asked := name IS NOT NULL;
    pulls := pendo._pulls_to_run(name);
    FOREACH pull IN ARRAY pulls LOOP
        CALL pendo._run_one(pull, is_asked);
        EXIT WHEN NOT pendo._may_go_on();
    END LOOP;
END
$$;
REVOKE ALL ON PROCEDURE pendo.run_pull(text) FROM PUBLIC;
COMMENT ON PROCEDURE pendo.run_pull(text) IS
    'run a pull now, or those that are due';
