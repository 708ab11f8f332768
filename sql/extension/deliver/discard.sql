-- Give up items of the current role; see pendo.discard.  What a session may be sending just now
-- stays, with a NOTICE.  Out: how many are given up, and how many stay.
CREATE FUNCTION pendo._give_up(connection name, item bigint, source text, with_open boolean,
                               OUT gone bigint, OUT under_way bigint)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF with_open AND current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE feature_not_supported USING
            MESSAGE = 'items that are still to be sent can be given up in READ COMMITTED alone',
            DETAIL = 'An older snapshot does not show what was sent meanwhile.';
    ELSIF with_open THEN
        -- Nobody takes items up meanwhile; see pendo._take_lanes.  And no row is waited for: who
        -- has one may wait for this lock.
        LOCK TABLE pendo.lane IN SHARE ROW EXCLUSIVE MODE;
        PERFORM pg_stat_clear_snapshot();
    END IF;
    WITH held AS MATERIALIZED (
        SELECT l.connection, l.lane FROM pendo.lane l
         WHERE with_open AND l.owner = current_user AND pendo._lane_is_held(l.lease_pid, l.lease_backend_start)),
    free_failed AS MATERIALIZED (
        SELECT f.item FROM pendo.failed_item f
         WHERE f.owner = current_user AND f.connection = coalesce(_give_up.connection, f.connection)
           AND f.item = coalesce(_give_up.item, f.item)
           AND (_give_up.source IS NULL OR f.source = _give_up.source)
           FOR UPDATE SKIP LOCKED),
    failed AS (
        DELETE FROM pendo.failed_item f USING free_failed n WHERE f.item = n.item
        RETURNING f.item, f.connection, f.object, f.operation, f.key, f.source, f.attempts),
    all_waiting AS MATERIALIZED (
        SELECT w.item,
               w.due_at <= clock_timestamp()
               AND EXISTS (SELECT FROM held h
                            WHERE h.connection = w.connection AND h.lane = pendo._lane(w.class, w.key)) AS is_under_way
          FROM pendo.waiting w
         WHERE with_open
           AND w.owner = current_user AND w.connection = coalesce(_give_up.connection, w.connection)
           AND w.item = coalesce(_give_up.item, w.item)
           AND (_give_up.source IS NULL OR w.source = _give_up.source)),
    free_waiting AS MATERIALIZED (
        SELECT w.item FROM pendo.waiting w
         WHERE w.item IN (SELECT a.item FROM all_waiting a WHERE NOT a.is_under_way)
           FOR UPDATE SKIP LOCKED),
    waiting AS (
        DELETE FROM pendo.waiting w USING free_waiting n WHERE w.item = n.item
        RETURNING w.item, w.connection, w.object, w.operation, w.key, w.source, w.attempts),
    unsent AS (
        SELECT o.item, o.connection, o.object, o.operation, o.key, o.source, 0 AS attempts,
               EXISTS (SELECT FROM held h
                        WHERE h.connection = o.connection AND h.lane = pendo._lane(o.class, o.key)) AS is_under_way
          FROM pendo.outbox o
         WHERE with_open
           AND o.owner = current_user AND o.connection = coalesce(_give_up.connection, o.connection)
           AND o.item = coalesce(_give_up.item, o.item)
           AND (_give_up.source IS NULL OR o.source = _give_up.source)
           AND NOT EXISTS (SELECT FROM pendo.delivery d WHERE d.item = o.item AND d.outcome <> 'retry')
           AND NOT EXISTS (SELECT FROM pendo.waiting w WHERE w.item = o.item)),
    given_up AS (
        SELECT * FROM failed UNION ALL SELECT * FROM waiting
        UNION ALL
        SELECT u.item, u.connection, u.object, u.operation, u.key, u.source, u.attempts
          FROM unsent u WHERE NOT u.is_under_way),
    logged AS (
        INSERT INTO pendo.delivery (item, connection, object, operation, key, source, outcome, attempt)
        SELECT g.item, g.connection, g.object, g.operation, g.key, g.source, 'discarded', g.attempts FROM given_up g),
    free_record AS MATERIALIZED (
        SELECT r.push, r.org, r.key
          FROM given_up g
          JOIN pendo.push p ON g.source = 'push ' || p.name
          JOIN pendo.push_record r ON r.push = p.name AND r.org IN (p.org, '') AND r.key = g.key AND r.item = g.item
           FOR UPDATE OF r SKIP LOCKED),
    noted AS (
        UPDATE pendo.push_record r
           SET failed_at = NULL, code = 'DISCARDED', message = NULL
          FROM free_record n WHERE r.push = n.push AND r.org = n.org AND r.key = n.key)
    SELECT (SELECT count(*) FROM given_up),
           (SELECT count(*) FROM unsent u WHERE u.is_under_way)
           + (SELECT count(*) FROM all_waiting) - (SELECT count(*) FROM waiting)
      INTO gone, under_way;
    IF under_way > 0 THEN
        RAISE NOTICE USING
            MESSAGE = CASE under_way WHEN 1 THEN '1 item is perhaps being sent, and stays'
                      ELSE format('%s items are perhaps being sent, and stay', under_way) END,
            HINT = 'Pause the connection first, and let it come to rest: SELECT pendo.pause(...).';
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._give_up(name, bigint, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo._give_up(name, bigint, text, boolean) IS 'give up items of the current role';

-- Give up items of the current role: those of a connection or of a source ('push health') that
-- have failed, and with "open" those that are still to be sent; or the one that is named, failed
-- or not.  They stay in the log, and a push takes their records for given up.
-- What a session may be sending just now stays, with a NOTICE.  Deliveries wait until the
-- transaction ends, if open ones are asked for.
-- Out: how many; nothing is a NOTICE.  Errors: nothing is named; no such connection, and no items
-- of one; open ones in a transaction that is not READ COMMITTED.
CREATE FUNCTION pendo.discard(connection name DEFAULT NULL, item bigint DEFAULT NULL, source text DEFAULT NULL,
                              open boolean DEFAULT false)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    done record;
BEGIN
    IF connection IS NULL AND item IS NULL AND source IS NULL THEN
        RAISE null_value_not_allowed USING
            MESSAGE = 'what is to be discarded must be said',
            HINT = 'Name a connection, an item or a source.';
    END IF;
    done := pendo._give_up(connection, item, source, open OR item IS NOT NULL);
    IF done.gone + done.under_way = 0 THEN
        PERFORM pendo._say_nothing_found(connection);
    END IF;
    RETURN done.gone;
END
$$;
REVOKE ALL ON FUNCTION pendo.discard(name, bigint, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo.discard(name, bigint, text, boolean) IS
    'give up items that failed, or that are still to be sent';
