-- When a pull is due that has no windows yet: at once, when its first day comes, or a
-- while after it failed.
CREATE FUNCTION pendo._first_due(p pendo.pull)
RETURNS timestamptz
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT greatest(p.changed_at, p.since::timestamp AT TIME ZONE pendo._zone(p.connection),
                  max(r.started_at) + interval '5 minutes')
    FROM pendo.run r
   WHERE r.pull = p.name AND r.failure IS NOT NULL;
END;
REVOKE ALL ON FUNCTION pendo._first_due(pendo.pull) FROM PUBLIC;
COMMENT ON FUNCTION pendo._first_due(pendo.pull) IS
    'when a pull is due that has no windows yet';
