-- When something is to be delivered, for each connection and owner (to a plain role: its
-- own).  Items behind a transaction that is still under way are looked at each second; a
-- connection that nothing can be delivered to, each minute.
CREATE FUNCTION pendo._due_connection()
RETURNS TABLE (connection name, owner name, due_at timestamptz)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT p.connection, p.owner,
         greatest(least(u.due_at, w.due_at), s.open_until,
                  CASE WHEN r.refusal IS NOT NULL OR pendo._connector(p.connection) IS NULL
                       THEN clock_timestamp() + interval '1 minute'
                       WHEN s.refusal IS NOT NULL THEN s.refused_at + interval '10 seconds' END)
    FROM pendo._outbox_connection() p
    LEFT JOIN pendo.connection_state s ON s.connection = p.connection AND s.owner = p.owner
   CROSS JOIN LATERAL pendo._refusal(p.connection, s.org) r
   CROSS JOIN LATERAL (
         SELECT min(CASE WHEN o.xid < pg_snapshot_xmin(pg_current_snapshot())
                              OR o.xid >= pg_snapshot_xmax(pg_current_snapshot())
                         THEN o.created_at ELSE clock_timestamp() + interval '1 second' END) AS due_at
           FROM (VALUES ('push'), ('signal')) c (class)
          CROSS JOIN LATERAL (
                SELECT o.xid, o.created_at FROM pendo.outbox o
                 WHERE o.connection = p.connection AND o.owner = p.owner AND o.class::text = c.class
                   AND (o.xid, o.item) > (
                       SELECT coalesce(l.xid, '0'), coalesce(l.item, 0)
                         FROM (VALUES (1)) AS one
                         LEFT JOIN pendo.lane l ON l.connection = p.connection AND l.owner = p.owner
                                               AND (l.lane >= 8) = (c.class = 'signal')
                        ORDER BY l.xid, l.item LIMIT 1)
                 ORDER BY o.xid, o.item LIMIT 1) o) u
   CROSS JOIN LATERAL (
         SELECT min(w.due_at) AS due_at FROM pendo.waiting w
          WHERE w.connection = p.connection AND w.owner = p.owner) w
   WHERE coalesce(u.due_at, w.due_at) IS NOT NULL
     AND NOT pendo._is_paused(p.connection)
$$;
REVOKE ALL ON FUNCTION pendo._due_connection() FROM PUBLIC;
COMMENT ON FUNCTION pendo._due_connection() IS 'when something is to be delivered, by connection and owner';

-- Per owner the earliest time at which something is to be delivered, a push to be run, or
-- signals to be looked for.
CREATE FUNCTION pendo._due_delivery()
RETURNS TABLE (owner name, due_at timestamptz)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  SELECT d.owner, min(d.due_at)
    FROM (SELECT c.owner, c.due_at FROM pendo._due_connection() c
          UNION ALL
          SELECT p.owner, p.due_at FROM pendo._due_push() p
          UNION ALL
          SELECT s.owner, s.due_at FROM pendo._due_signals() s) d
   GROUP BY d.owner
$$;
REVOKE ALL ON FUNCTION pendo._due_delivery() FROM PUBLIC;
COMMENT ON FUNCTION pendo._due_delivery() IS 'per owner the time at which there is something to deliver';
