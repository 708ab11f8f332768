-- Deliver the current role's items, to one connection or (NULL) to all, until none is left
-- that may be sent now.  Several may run it at once: each has the lanes that were free.
-- Errors: within a transaction block.
CREATE PROCEDURE pendo.deliver(connection name DEFAULT NULL)
LANGUAGE plpgsql
AS $$
DECLARE
    lanes pendo.lane[];
    before pendo.lane[];
    marks pendo.lane[];             -- where the lanes were when "pending" was under way
    pending pg_catalog.int8[];
    marked_at pg_catalog.timestamptz;
    destinations pendo._destination[];
    looked_at pg_catalog.timestamptz;
    answers pendo._answer[];
    wakes pg_catalog.int8;
    woken pg_catalog.int8;
    sent pg_catalog.int4;
    withdrawn pg_catalog.int4;
BEGIN
    CALL pendo._check_may_commit();
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    marked_at := pg_catalog.clock_timestamp();
    LOOP
        wakes := pendo._wakes();
        IF wakes IS DISTINCT FROM woken THEN
            looked_at := NULL;
        END IF;
        woken := wakes;
        before := lanes;
        SELECT t.lanes, t.destinations, t.looked_at, t.sent, t.withdrawn
          INTO lanes, destinations, looked_at, sent, withdrawn
          FROM pendo._turn(connection, answers, lanes, destinations, looked_at) t;
        IF withdrawn OPERATOR(pg_catalog.>) 0 THEN   -- what was pending then may be no more, and yet be open
            marks := lanes;
            pending := pendo._pending();
        ELSIF pg_catalog.age(pg_catalog.clock_timestamp(), marked_at) OPERATOR(pg_catalog.>) '1 second'
           AND pendo._are_done(pending) THEN
            PERFORM pendo._keep_marks(marks, false);
            marks := lanes;
            pending := pendo._pending();
            marked_at := pg_catalog.clock_timestamp();
        END IF;
        EXIT WHEN sent OPERATOR(pg_catalog.=) 0 AND lanes IS NOT DISTINCT FROM before
              AND pendo._pending() IS NULL;
        CALL pendo._await(CASE WHEN lanes IS NOT DISTINCT FROM before THEN 900 ELSE 0 END, wakes, answers);
    END LOOP;
    PERFORM pendo._keep_marks(lanes, true);
    PERFORM pendo._clean_outbox();
    COMMIT AND CHAIN;
END
$$;
REVOKE ALL ON PROCEDURE pendo.deliver(name) FROM PUBLIC;
COMMENT ON PROCEDURE pendo.deliver(name) IS 'deliver what is in the outbox';
