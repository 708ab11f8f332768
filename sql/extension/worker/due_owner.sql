-- Per owner and task (pull, deliver) the earliest time at which a worker has
-- something to do.  To a plain role: its own.
CREATE FUNCTION pendo._due_owner()
RETURNS TABLE (owner name, task text, due_at timestamptz)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.owner, 'pull', min(d.due_at)
    FROM (SELECT p.owner, coalesce(min(l.due_at), pendo._first_due(p)) AS due_at
            FROM pendo.pull p
            LEFT JOIN pendo.ledger l ON l.pull = p.name
           WHERE p.is_scheduled AND NOT p.is_paused
             AND NOT pendo._is_paused(p.connection)
           GROUP BY p.name) d
   GROUP BY d.owner
  UNION ALL
  SELECT d.owner, 'deliver', min(d.due_at)
    FROM pendo._due_delivery() d
   GROUP BY d.owner;
END;
REVOKE ALL ON FUNCTION pendo._due_owner() FROM PUBLIC;
COMMENT ON FUNCTION pendo._due_owner() IS
    'per owner and task the time at which a worker has something to do';
