-- Run one pull.  Three steps for each batch of windows: lease it in a short
-- transaction; fetch it with no transaction's snapshot held; load it in another.
-- Functions that COMMIT cannot set a search_path, so nothing here needs one.  What
-- sessions share is only told from READ COMMITTED, whatever the role's preset is.
CREATE PROCEDURE pendo._run_one(pull text, is_asked boolean)
LANGUAGE plpgsql
AS $$
DECLARE
    run bigint;
    since pg_catalog.timestamptz;
    batch pendo._batch;
    requests bigint;
    bytes bigint;
    answer pg_catalog.text;
    unused pg_catalog.text;
    failure pg_catalog.text;
    failure_state pg_catalog.text;
BEGIN
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    run := pendo._begin_run(pull);
    COMMIT AND CHAIN;
    IF run IS NULL THEN
        RETURN;
    END IF;
    since := pg_catalog.clock_timestamp();
    LOOP
        batch := pendo._lease(run, pull, is_asked, since);
        COMMIT AND CHAIN;
        EXIT WHEN batch.query IS NULL;
        answer := NULL;
        failure := NULL;
        IF batch.wants_fingerprint THEN
            CALL pendo._fetch(batch.query, true, requests, bytes, answer, failure, failure_state);
            PERFORM pendo._count_requests(run, requests, bytes);
            IF failure IS NULL THEN
                batch := pendo._narrow(run, batch, answer);
            END IF;
            COMMIT AND CHAIN;
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
        COMMIT AND CHAIN;
        EXIT WHEN NOT pendo._may_go_on();
    END LOOP;
    PERFORM pendo._end_run(run);
    COMMIT AND CHAIN;
END
$$;
REVOKE ALL ON PROCEDURE pendo._run_one(text, boolean) FROM PUBLIC;
COMMENT ON PROCEDURE pendo._run_one(text, boolean) IS 'run one pull';
