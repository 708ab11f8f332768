-- The current role's pushes that are due.
CREATE FUNCTION pendo._pushes_to_run()
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(array_agg(d.push ORDER BY d.due_at, d.push), '{}')
    FROM pendo._due_push() d
   WHERE d.owner = current_user AND d.due_at <= clock_timestamp();
END;
REVOKE ALL ON FUNCTION pendo._pushes_to_run() FROM PUBLIC;
COMMENT ON FUNCTION pendo._pushes_to_run() IS 'the current role''s pushes that are due';
