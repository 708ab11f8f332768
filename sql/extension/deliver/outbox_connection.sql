-- Connections for which there are items in the outbox or waiting, and whose.  The index is
-- hopped through from pair to pair: there are few of them, and many items.
CREATE FUNCTION pendo._outbox_connection()
RETURNS TABLE (connection name, owner name)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
  WITH RECURSIVE pair AS (
      (SELECT o.connection, o.owner FROM pendo.outbox o ORDER BY o.connection, o.owner LIMIT 1)
      UNION ALL
      SELECT n.connection, n.owner
        FROM pair p
       CROSS JOIN LATERAL (
             SELECT o.connection, o.owner FROM pendo.outbox o
              WHERE (o.connection, o.owner) > (p.connection, p.owner)
              ORDER BY o.connection, o.owner LIMIT 1) n)
  SELECT p.connection, p.owner FROM pair p
   UNION
  SELECT w.connection, w.owner FROM pendo.waiting w
$$;
REVOKE ALL ON FUNCTION pendo._outbox_connection() FROM PUBLIC;
COMMENT ON FUNCTION pendo._outbox_connection() IS 'connections for which there are items, and whose';
