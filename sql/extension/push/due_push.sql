-- Pushes that run by themselves, and when each is due: when something was marked that it
-- has not looked at, but a second apart, so that a busy source's changes come together.
-- To a plain role: its own.
CREATE FUNCTION pendo._due_push()
RETURNS TABLE (push text, owner name, due_at timestamptz)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT p.name, p.owner,
         CASE WHEN p.state = 'live' AND p.held_at IS NULL AND p.failed_at IS NULL
                   AND EXISTS (SELECT FROM pendo.dirty d WHERE d.push = p.name)
              THEN least(p.due_at, coalesce(p.last_run_at, p.due_at) + interval '1 second')
              ELSE p.due_at END
    FROM pendo.push p
   WHERE p.is_scheduled AND p.state IN ('trial', 'live') AND NOT pendo._is_paused(p.connection);
END;
REVOKE ALL ON FUNCTION pendo._due_push() FROM PUBLIC;
COMMENT ON FUNCTION pendo._due_push() IS 'pushes that run by themselves, and when each is due';
