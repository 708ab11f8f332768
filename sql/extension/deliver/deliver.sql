-- Deliver the current role's items, to one connection or (NULL) to all, until none is left
-- that may be sent now.  Several may run it at once: they share the lanes.
-- Errors: within a transaction block; no such connection.
CREATE PROCEDURE pendo.deliver(connection name DEFAULT NULL)
LANGUAGE plpgsql
AS $$
DECLARE
    lanes pendo.lane[];
    before pendo.lane[];
    marks pendo.lane[];             -- where the lanes were when "pending" was under way
    pending pg_catalog.int8[];
    leaving pendo.lane[];           -- lanes to be given to another session, when "pending" is done
    has_parted pg_catalog.bool := false;
    asking_since pg_catalog.timestamptz;
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
    IF connection IS NOT NULL THEN
        PERFORM pendo._check_connection(connection, is_crm => true);
    END IF;
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
            lanes := lanes OPERATOR(pg_catalog.||) pendo._kept_lanes(leaving, NULL);
            leaving := NULL;
            marks := lanes;
            pending := pendo._pending();
        ELSIF (leaving IS NOT NULL
               OR pg_catalog.age(pg_catalog.clock_timestamp(), marked_at) OPERATOR(pg_catalog.>) '1 second')
          AND pendo._are_done(pending) THEN
            PERFORM pendo._keep_marks(marks, false), pendo._keep_marks(leaving, true);
            SELECT t.lanes, t.leaving INTO lanes, leaving FROM pendo._part_with_lanes(lanes) t;
            has_parted := has_parted OR leaving IS NOT NULL;
            COMMIT AND CHAIN;           -- what comes next locks the table, and so may not have written to it before
            lanes := pendo._with_left_lanes(lanes);
            marks := lanes;
            pending := pendo._pending();
            marked_at := pg_catalog.clock_timestamp();
        END IF;
        IF sent OPERATOR(pg_catalog.=) 0 AND lanes IS NOT DISTINCT FROM before AND pendo._pending() IS NULL THEN
            IF has_parted THEN          -- perhaps with some that nobody took
                PERFORM pendo._keep_marks(lanes OPERATOR(pg_catalog.||) leaving, true);
                lanes := NULL;
                leaving := NULL;
                has_parted := false;
            ELSIF NOT pendo._awaits_lanes(lanes, connection)
               OR pg_catalog.age(pg_catalog.clock_timestamp(), asking_since) OPERATOR(pg_catalog.>) '10 seconds' THEN
                EXIT;
            ELSE
                asking_since := coalesce(asking_since, pg_catalog.clock_timestamp());
            END IF;
        END IF;
        CALL pendo._await(CASE WHEN lanes IS DISTINCT FROM before THEN 0
                               WHEN asking_since IS NOT NULL THEN 200   -- nobody says when lanes are given
                               ELSE 900 END, wakes, answers);
    END LOOP;
    PERFORM pendo._keep_marks(lanes OPERATOR(pg_catalog.||) leaving, true);
    PERFORM pendo._clean_outbox();
    COMMIT AND CHAIN;
END
$$;
REVOKE ALL ON PROCEDURE pendo.deliver(name) FROM PUBLIC;
COMMENT ON PROCEDURE pendo.deliver(name) IS 'deliver what is in the outbox';
