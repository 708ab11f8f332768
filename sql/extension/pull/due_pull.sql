-- Pulls of the current role that run by themselves, and when each is due.
CREATE FUNCTION pendo._due_pull()
RETURNS TABLE (pull text, owner name, due_at timestamptz)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT p.name, p.owner, coalesce(min(l.due_at), pendo._first_due(p))
    FROM pendo.pull p
    LEFT JOIN pendo.ledger l ON l.pull = p.name
   WHERE p.is_scheduled AND NOT p.is_paused
     AND p.owner = current_user
     AND NOT pendo._is_paused(p.connection)
   GROUP BY p.name;
END;
REVOKE ALL ON FUNCTION pendo._due_pull() FROM PUBLIC;
COMMENT ON FUNCTION pendo._due_pull() IS
    'pulls of the current role that run by themselves, and when each is due';
