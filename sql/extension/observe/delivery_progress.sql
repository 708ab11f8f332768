-- How deliveries stand: a row for each connection that items were written for, and their
-- owner.  In the outbox are those that nobody has dealt with yet.
CREATE VIEW pendo.delivery_progress WITH (security_invoker = true) AS
SELECT p.connection, p.owner, o.items AS in_outbox, w.items AS waiting, f.items AS failed,
       least(o.oldest_at, w.oldest_at) AS oldest_at, w.due_at AS next_attempt_at,
       d.ended_at AS last_delivered_at, s.org,
       CASE WHEN pendo._is_paused(p.connection) THEN 'paused'
            WHEN s.open_until > clock_timestamp() THEN 'rests after failures'
            WHEN s.refusal IS NOT NULL THEN 'refused'
            WHEN o.items + w.items > 0 THEN 'delivering'
            ELSE 'done' END AS state
  FROM (SELECT o.connection, o.owner FROM pendo._outbox_connection() o
         UNION
        SELECT s.connection, s.owner FROM pendo.connection_state s) p
  LEFT JOIN pendo.connection_state s ON s.connection = p.connection AND s.owner = p.owner
 CROSS JOIN LATERAL (
       SELECT count(*) AS items, min(o.created_at) AS oldest_at
         FROM pendo.outbox o
        WHERE o.connection = p.connection AND o.owner = p.owner
          AND NOT EXISTS (SELECT FROM pendo.delivery d WHERE d.item = o.item AND d.outcome <> 'retry')
          AND NOT EXISTS (SELECT FROM pendo.waiting w WHERE w.item = o.item)) o
 CROSS JOIN LATERAL (
       SELECT count(*) AS items, min(w.created_at) AS oldest_at, min(w.due_at) AS due_at
         FROM pendo.waiting w WHERE w.connection = p.connection AND w.owner = p.owner) w
 CROSS JOIN LATERAL (
       SELECT count(*) AS items FROM pendo.failed_item f
        WHERE f.connection = p.connection AND f.owner = p.owner) f
 CROSS JOIN LATERAL (
       SELECT max(d.ended_at) AS ended_at
         FROM (SELECT d.ended_at FROM pendo.delivery d
                WHERE d.connection = p.connection AND d.owner = p.owner AND d.outcome = 'delivered'
                ORDER BY d.item DESC, d.id DESC LIMIT 1) d) d;      -- as the log's key has them
REVOKE ALL ON pendo.delivery_progress FROM PUBLIC;
COMMENT ON VIEW pendo.delivery_progress IS 'how deliveries stand, by connection and owner';
COMMENT ON COLUMN pendo.delivery_progress.connection IS 'the connection';
COMMENT ON COLUMN pendo.delivery_progress.owner IS 'whose items';
COMMENT ON COLUMN pendo.delivery_progress.in_outbox IS 'items that nobody has dealt with yet, or that are on their way';
COMMENT ON COLUMN pendo.delivery_progress.waiting IS 'items that wait: for another attempt, or for their time';
COMMENT ON COLUMN pendo.delivery_progress.failed IS 'items that failed for good and were not discarded';
COMMENT ON COLUMN pendo.delivery_progress.oldest_at IS 'when the oldest of those that are not dealt with was written';
COMMENT ON COLUMN pendo.delivery_progress.next_attempt_at IS 'when the first of those that wait is due';
COMMENT ON COLUMN pendo.delivery_progress.last_delivered_at IS 'when the newest of those that have arrived was delivered';
COMMENT ON COLUMN pendo.delivery_progress.org IS 'organisation at the other end';
COMMENT ON COLUMN pendo.delivery_progress.state IS
    'delivering, done, paused, rests after failures, or refused (pendo.problem says why)';
