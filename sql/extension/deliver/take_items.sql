-- Take up a connection's next items from lanes that this session holds: those that waited
-- and are due, and those that no transaction under way can come before.  Whatever is read
-- is dealt with in this transaction: it goes into a work, waits aside, or is over because it
-- expired or newer items set all of its fields.  An upsert that newer ones set a part of is sent
-- whole, with their values: it may make the record, and what is left might not be enough for it.
-- In: the connection, the class, its lanes, how many items there is room for.  Out: works, as the
-- connector's steps want them, and the lanes, moved on.
CREATE FUNCTION pendo._take_items(connection name, class text, room integer, INOUT lanes pendo.lane[],
                                  OUT works jsonb[])
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off        -- whatever is known of an outbox that was empty a moment ago
SET enable_bitmapscan = off
AS $$
DECLARE
    connector text := pendo._connector(connection);
    size integer := pendo._batch_size(connector);
    version text := pendo._api_version(connection);
    -- Older by a moment than the snapshot that reads: never too far.
    horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
    mark pendo.lane;
BEGIN
    SELECT l.* INTO mark FROM unnest(lanes) l ORDER BY l.xid, l.item LIMIT 1;
    WITH flying AS MATERIALIZED (
        SELECT f.key FROM pendo._in_flight() f WHERE f.item IS NOT NULL),
    seen AS MATERIALIZED (   -- of other lanes, too: all that is passed by
        SELECT o.*
          FROM pendo.outbox o
         WHERE o.connection = _take_items.connection AND o.owner = current_user
           AND o.class::text = _take_items.class
           AND (o.xid, o.item) > (mark.xid, mark.item) AND o.xid < horizon
         ORDER BY o.xid, o.item LIMIT greatest(room, 1)),
    reached AS (
        SELECT s.xid, s.item FROM seen s ORDER BY s.xid DESC, s.item DESC LIMIT 1),
    unread AS (
        SELECT s.* FROM seen s
          JOIN unnest(lanes) l ON l.lane = pendo._lane(s.class, s.key)
                              AND (s.xid, s.item) > (l.xid, l.item)),
    candidate AS MATERIALIZED (
        SELECT u.item, u.slot, u.xid, u.owner, u.connection, u.object, u.operation, u.key_field, u.key,
               u.fields, u.links, u.class, u.source, u.not_before, u.expires_at, u.created_at,
               u.look, 0 AS attempts, false AS is_waiting
          FROM unread u
         WHERE NOT EXISTS (SELECT FROM pendo.delivery d WHERE d.item = u.item AND d.outcome <> 'retry')
           AND NOT EXISTS (SELECT FROM pendo.waiting w WHERE w.item = u.item)
        UNION ALL
        (SELECT w.item, w.slot, w.xid, w.owner, w.connection, w.object, w.operation, w.key_field, w.key,
                w.fields, w.links, w.class, w.source, w.not_before, w.expires_at, w.created_at,
                w.look, w.attempts, true
           FROM pendo.waiting w
          WHERE w.connection = _take_items.connection AND w.owner = current_user
            AND w.class = _take_items.class
            AND pendo._lane(w.class, w.key) IN (SELECT l.lane FROM unnest(lanes) l)
            AND w.due_at <= clock_timestamp()
            AND pendo._key_hash(w.object, w.key) NOT IN (SELECT f.key FROM flying f)
          ORDER BY w.due_at LIMIT greatest(room, 1))),
    stripped AS (
        SELECT c.*, n.newer, c.fields - coalesce(n.newer, '{}') AS left_fields,
               CASE WHEN n.newest IS NULL THEN c.fields
                    WHEN c.operation = 'update' THEN c.fields - n.newer
                    ELSE (SELECT jsonb_object_agg(f.key, coalesce(n.newest -> f.key, f.value))
                            FROM jsonb_each(c.fields) f) END AS sent_fields
          FROM candidate c
         CROSS JOIN LATERAL (
               SELECT array_agg(DISTINCT k.key) AS newer, jsonb_object_agg(k.key, k.value ORDER BY o.item) AS newest
                 FROM (SELECT o.item, o.fields, o.not_before, o.expires_at
                         FROM pendo.outbox o
                        WHERE o.connection = _take_items.connection AND o.object = c.object
                          AND o.key = c.key AND o.item > c.item AND o.owner = current_user
                          AND o.operation <> 'create' AND o.xid < horizon
                       UNION ALL
                       SELECT w.item, w.fields, w.not_before, w.expires_at
                         FROM pendo.waiting w
                        WHERE w.connection = _take_items.connection AND w.object = c.object
                          AND w.key = c.key AND w.item > c.item AND w.owner = current_user
                          AND w.operation <> 'create') o, jsonb_each(o.fields) k
                WHERE c.operation <> 'create'
                  AND coalesce(o.not_before <= clock_timestamp(), true)
                  AND coalesce(o.expires_at > clock_timestamp(), true)
                  AND NOT EXISTS (SELECT FROM pendo.delivery d
                                   WHERE d.item = o.item AND d.outcome <> 'retry'
                                     AND d.outcome IN ('failed', 'discarded'))) n),
    judged AS MATERIALIZED (
        SELECT s.*,
               CASE WHEN s.expires_at <= clock_timestamp() THEN 'expired'
                    WHEN s.newer IS NOT NULL AND s.left_fields = '{}' THEN 'superseded'
                    WHEN s.not_before > clock_timestamp() THEN 'later'
                    WHEN pendo._key_hash(s.object, s.key) IN (SELECT f.key FROM flying f) THEN 'key'
                    ELSE 'go' END AS verdict
          FROM stripped s),
    ordered AS (
        SELECT j.*, row_number() OVER (PARTITION BY j.object, j.key, j.verdict ORDER BY j.item) AS place
          FROM judged j),
    over_now AS (
        INSERT INTO pendo.delivery (item, connection, object, operation, key, source, outcome, attempt)
        SELECT j.item, j.connection, j.object, j.operation, j.key, j.source, j.verdict, j.attempts
          FROM judged j WHERE j.verdict IN ('expired', 'superseded')),
    over_waiting AS (
        DELETE FROM pendo.waiting w USING judged j
         WHERE j.is_waiting AND w.item = j.item AND j.verdict IN ('expired', 'superseded')),
    aside AS (
        INSERT INTO pendo.waiting (item, slot, xid, owner, connection, object, operation, key_field, key,
                                   fields, links, class, source, not_before, expires_at, created_at, look,
                                   due_at, reason)
        SELECT o.item, o.slot, o.xid, o.owner, o.connection, o.object, o.operation, o.key_field, o.key,
               o.fields, o.links, o.class, o.source, o.not_before, o.expires_at, o.created_at, o.look,
               coalesce(CASE WHEN o.verdict = 'later' THEN o.not_before END, clock_timestamp()),
               CASE WHEN o.verdict = 'later' THEN 'later' ELSE 'key' END
          FROM ordered o
         WHERE NOT o.is_waiting
           AND (o.verdict IN ('later', 'key') OR o.verdict = 'go' AND o.place > 1)),
    numbered AS (
        SELECT o.*, (row_number() OVER (PARTITION BY o.object, o.operation, o.key_field, o.look, o.class, o.alike
                                        ORDER BY o.item) - 1) / size AS batch
          FROM (SELECT o.*,     -- what failed goes with what has the same fields, lest one take others along
                       CASE WHEN o.attempts > 0 THEN ARRAY(SELECT jsonb_object_keys(o.sent_fields)) END AS alike
                  FROM ordered o
                 WHERE o.verdict = 'go' AND o.place = 1) o),
    work AS (
        SELECT jsonb_build_object(
                   'connection', _take_items.connection, 'connector', connector,
                   'version', version,
                   'object', n.object, 'operation', n.operation, 'key_field', n.key_field,
                   'class', n.class, 'state', '{}'::jsonb,
                   'items', jsonb_agg(jsonb_build_object(
                       'item', n.item, 'key', n.key, 'fields', n.sent_fields, 'links', n.links,
                       'look', n.look, 'attempts', n.attempts, 'source', n.source) ORDER BY n.item)) AS work
          FROM numbered n
         GROUP BY n.object, n.operation, n.key_field, n.look, n.class, n.alike, n.batch)
    SELECT coalesce((SELECT array_agg(w.work) FROM work w), '{}'),
           (SELECT array_agg(ROW(l.connection, l.owner, l.lane,
                                 CASE WHEN (m.xid, m.item) > (l.xid, l.item) THEN m.xid ELSE l.xid END,
                                 CASE WHEN (m.xid, m.item) > (l.xid, l.item) THEN m.item ELSE l.item END,
                                 l.lease_pid, l.lease_backend_start, l.leased_at)::pendo.lane)
              FROM unnest(lanes) l LEFT JOIN reached m ON true)
      INTO works, lanes;
END
$$;
REVOKE ALL ON FUNCTION pendo._take_items(name, text, integer, pendo.lane[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._take_items(name, text, integer, pendo.lane[]) IS
    'take up a connection''s next items';
