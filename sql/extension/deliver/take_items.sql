-- What newer items of its key set, besides an item that is taken up.
CREATE TYPE pendo._newer AS (
    fields jsonb,               -- the newest value of each
    has_upsert boolean          -- one of them makes the record, if need be
);
COMMENT ON TYPE pendo._newer IS 'what newer items of a key set';

-- Take up a connection's next items from lanes that this session holds: those that waited
-- and are due, and those that no transaction under way can come before.  Whatever is read
-- is dealt with in this transaction: it goes into a work, waits aside, or is over because it
-- expired or newer items set all of its fields.  An upsert that newer ones set a part of is sent
-- whole, with their values: it may make the record, and what is left might not be enough for it.
-- In: the destination, the class, its lanes, how many items there is room for.  Out: works, as the
-- connector's steps want them, and the lanes, moved on.
CREATE FUNCTION pendo._take_items(destination pendo._destination, class text, room integer, INOUT lanes pendo.lane[],
                                  OUT works jsonb[])
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off        -- whatever is known of an outbox that was empty a moment ago
SET enable_bitmapscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
    -- Older by a moment than the snapshot that reads: never too far.
    horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
    first_slot smallint;    -- partitions from and to which there are some, mostly one:
    last_slot smallint;     -- the others are not looked at
    moment timestamptz := clock_timestamp();
    mark pendo.lane;
    -- Mostly all lanes are at one place, and often every lane is ours.
    are_level boolean := (SELECT count(DISTINCT (l.xid, l.item)) = 1 FROM unnest(lanes) l);
    numbers smallint[] := ARRAY(SELECT l.lane FROM unnest(lanes) l);
    around jsonb;           -- what all works have alike
BEGIN
    works := '{}';
    SELECT min(n), max(n) INTO first_slot, last_slot
      FROM generate_series(0, 2) n
     WHERE (SELECT true
              FROM (VALUES ('push'), ('signal')) c (class)
             CROSS JOIN LATERAL (      -- by the index alone: not through what is not committed yet
                   SELECT FROM pendo.outbox o
                    WHERE o.slot = n AND o.connection = destination.connection AND o.owner = current_user
                      AND o.class::text = c.class AND o.xid < horizon LIMIT 1) o
             LIMIT 1);
    SELECT l.* INTO mark FROM unnest(lanes) l ORDER BY l.xid, l.item LIMIT 1;
    IF NOT EXISTS (SELECT FROM pendo.outbox o
                    WHERE o.slot BETWEEN first_slot AND last_slot
                      AND o.connection = destination.connection AND o.owner = current_user
                      AND o.class::text = _take_items.class
                      AND (o.xid, o.item) > (mark.xid, mark.item) AND o.xid < horizon)
       AND NOT EXISTS (SELECT FROM pendo.waiting w
                        WHERE w.connection = destination.connection AND w.owner = current_user
                          AND w.class = _take_items.class AND w.due_at <= moment) THEN
        RETURN;
    END IF;
    around := jsonb_build_object('connection', destination.connection, 'connector', destination.connector,
                                 'version', destination.version, 'class', class);
    WITH seen AS MATERIALIZED (   -- of other lanes, too: all that is passed by
        SELECT o.item, o.xid, o.object, o.operation, o.key_field, o.key, o.fields, o.links, o.source,
               o.not_before, o.expires_at, o.look
          FROM pendo.outbox o
         WHERE o.slot BETWEEN first_slot AND last_slot
           AND o.connection = destination.connection AND o.owner = current_user
           AND o.class::text = _take_items.class
           AND (o.xid, o.item) > (mark.xid, mark.item) AND o.xid < horizon
         ORDER BY o.xid, o.item LIMIT greatest(room, 1)),
    reached AS (
        SELECT s.xid, s.item FROM seen s ORDER BY s.xid DESC, s.item DESC LIMIT 1),
    known AS MATERIALIZED (       -- mostly nothing is, of all of them: then none is asked for
        SELECT EXISTS (SELECT FROM pendo.delivery d
                        WHERE d.item BETWEEN r.first AND r.last AND d.outcome <> 'retry') AS has_outcome,
               EXISTS (SELECT FROM pendo.waiting w WHERE w.item BETWEEN r.first AND r.last) AS has_waiting,
               EXISTS (SELECT FROM pendo.waiting w
                        WHERE w.connection = destination.connection AND w.owner = current_user) AS some_wait
          FROM (SELECT min(s.item) AS first, max(s.item) AS last FROM seen s) r),
    candidate AS (
        SELECT s.item, s.object, s.operation, s.key_field, s.key, s.fields, s.links, s.source, s.not_before,
               s.expires_at, s.look, 0 AS attempts, false AS is_waiting
          FROM seen s
         WHERE CASE WHEN are_level AND cardinality(numbers) = 8 THEN true
                    WHEN are_level THEN pendo._lane(_take_items.class, s.key) = ANY (numbers)
                    ELSE EXISTS (SELECT FROM unnest(lanes) l
                                  WHERE l.lane = pendo._lane(_take_items.class, s.key) AND (s.xid, s.item) > (l.xid, l.item)) END
           -- Not EXISTS: the planner might hash the whole log for it.
           AND CASE WHEN (SELECT k.has_outcome FROM known k) THEN
                    (SELECT true FROM pendo.delivery d WHERE d.item = s.item AND d.outcome <> 'retry' LIMIT 1) END IS NULL
           AND CASE WHEN (SELECT k.has_waiting FROM known k) THEN
                    (SELECT true FROM pendo.waiting w WHERE w.item = s.item) END IS NULL
        UNION ALL
        (SELECT w.item, w.object, w.operation, w.key_field, w.key, w.fields, w.links, w.source, w.not_before,
                w.expires_at, w.look, w.attempts, true
           FROM pendo.waiting w
          WHERE w.connection = destination.connection AND w.owner = current_user
            AND w.class = _take_items.class
            AND pendo._lane(w.class, w.key) = ANY (numbers)
            AND w.due_at <= moment
            AND NOT pendo._is_in_flight(pendo._key_hash(w.object, w.key))
          ORDER BY w.due_at LIMIT greatest(room, 1))),
    compared AS (
        SELECT c.*, pendo._key_hash(c.object, c.key) AS whom,
               CASE WHEN c.operation <> 'create'
                     AND (EXISTS (SELECT FROM pendo.outbox o
                                   WHERE o.slot BETWEEN first_slot AND last_slot AND o.key = c.key AND o.item > c.item)
                          OR (SELECT k.some_wait FROM known k)) THEN (
               SELECT ROW(jsonb_object_agg(f.key, f.value ORDER BY o.item), bool_or(o.operation = 'upsert'))::pendo._newer
                 FROM (SELECT o.item, o.operation, o.fields, o.not_before, o.expires_at
                         FROM pendo.outbox o
                        WHERE o.slot BETWEEN first_slot AND last_slot
                          AND o.operation <> 'create' AND o.key = c.key AND o.item > c.item
                          -- by the key's index alone, whatever the planner thinks of the other one
                          AND (o.connection, o.object, o.key_field, o.owner)
                              IS NOT DISTINCT FROM (destination.connection, c.object, c.key_field, current_user)
                          AND o.xid < horizon
                       UNION ALL
                       SELECT w.item, w.operation, w.fields, w.not_before, w.expires_at
                         FROM pendo.waiting w
                        WHERE w.operation <> 'create' AND w.connection = destination.connection
                          AND w.object = c.object AND w.key = c.key AND w.item > c.item
                          AND w.key_field IS NOT DISTINCT FROM c.key_field AND w.owner = current_user) o, jsonb_each(o.fields) f
                WHERE coalesce(o.not_before <= moment, true)
                  AND coalesce(o.expires_at > moment, true)
                  AND NOT EXISTS (SELECT FROM pendo.delivery d
                                   WHERE d.item = o.item AND d.outcome <> 'retry'
                                     AND d.outcome IN ('failed', 'discarded'))) END AS newer
          FROM candidate c OFFSET 0),       -- looked up once, and not written down
    judged AS MATERIALIZED (
        SELECT c.item, c.object, c.operation, c.key_field, c.key, c.links, c.source, c.not_before, c.look, c.attempts,
               c.is_waiting, c.whom,
               CASE WHEN (c.newer).fields IS NULL THEN c.fields
                    WHEN c.operation = 'update' THEN c.fields - ARRAY(SELECT jsonb_object_keys((c.newer).fields))
                    ELSE (SELECT jsonb_object_agg(f.key, coalesce((c.newer).fields -> f.key, f.value))
                            FROM jsonb_each(c.fields) f) END AS sent_fields,
               CASE WHEN c.expires_at <= moment THEN 'expired'
                    WHEN (c.newer).fields IS NOT NULL
                     AND (c.newer).fields ?& ARRAY(SELECT jsonb_object_keys(c.fields))
                     AND (c.operation = 'update' OR (c.newer).has_upsert) THEN 'superseded'
                    WHEN c.not_before > moment THEN 'later'
                    WHEN pendo._is_in_flight(c.whom) THEN 'key'
                    ELSE 'go' END AS verdict
          FROM compared c),
    behind AS MATERIALIZED (        -- of those for one record the oldest goes
        SELECT o.item
          FROM (SELECT j.item, row_number() OVER (PARTITION BY j.whom ORDER BY j.item) AS place
                  FROM judged j WHERE j.verdict = 'go') o
         WHERE o.place > 1),
    over_now AS (
        INSERT INTO pendo.delivery (item, connection, object, operation, key, source, outcome, attempt)
        SELECT o.item, destination.connection, o.object, o.operation, o.key, o.source, o.verdict, o.attempts
          FROM judged o WHERE o.verdict IN ('expired', 'superseded')),
    over_waiting AS (
        DELETE FROM pendo.waiting w USING judged o
         WHERE o.is_waiting AND w.item = o.item AND o.verdict IN ('expired', 'superseded')),
    aside AS (
        INSERT INTO pendo.waiting (item, slot, xid, owner, connection, object, operation, key_field, key,
                                   fields, links, class, source, not_before, expires_at, created_at, look,
                                   due_at, reason)
        SELECT o.item, o.slot, o.xid, o.owner, o.connection, o.object, o.operation, o.key_field, o.key,
               o.fields, o.links, o.class, o.source, o.not_before, o.expires_at, o.created_at, o.look,
               coalesce(CASE WHEN j.verdict = 'later' THEN j.not_before END, moment),
               CASE WHEN j.verdict = 'later' THEN 'later' ELSE 'key' END
          FROM judged j
          JOIN pendo.outbox o ON o.slot BETWEEN first_slot AND last_slot
                             AND o.connection = destination.connection AND o.object = j.object
                             AND o.key = j.key AND o.item = j.item
         WHERE NOT j.is_waiting
           AND (j.verdict IN ('later', 'key')
                OR j.item IN (SELECT b.item FROM behind b))),
    kind AS (
        SELECT pendo._objects(
                   destination.batch_size, around, 3,
                   'object', n.object::text, 'operation', n.operation::text, 'key_field', n.key_field::text,
                   'item', n.item, 'key', n.key::text, 'fields', n.sent_fields::jsonb, 'links', n.links::jsonb,
                   'look', n.look, 'attempts', n.attempts, 'source', n.source) AS works
          FROM judged n
         WHERE n.verdict = 'go' AND n.item NOT IN (SELECT b.item FROM behind b)
         GROUP BY n.object, n.operation, n.key_field, n.look,
               -- what failed goes with what has the same fields, lest one take others along
               CASE WHEN n.attempts > 0 THEN ARRAY(SELECT jsonb_object_keys(n.sent_fields)) END)
    SELECT ARRAY(SELECT unnest(k.works) FROM kind k),
           (SELECT array_agg(ROW(l.connection, l.owner, l.lane,
                                 CASE WHEN (m.xid, m.item) > (l.xid, l.item) THEN m.xid ELSE l.xid END,
                                 CASE WHEN (m.xid, m.item) > (l.xid, l.item) THEN m.item ELSE l.item END,
                                 l.lease_pid, l.lease_backend_start, l.leased_at, l.wanted_at)::pendo.lane)
              FROM unnest(lanes) l LEFT JOIN reached m ON true)
      INTO works, lanes;
END
$$;
REVOKE ALL ON FUNCTION pendo._take_items(pendo._destination, text, integer, pendo.lane[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._take_items(pendo._destination, text, integer, pendo.lane[]) IS
    'take up a connection''s next items';
