-- Models whose signals are to be looked for, and when: once something was loaded, but not
-- each minute; every quarter of an hour for what waits.  To a plain role: its own.
CREATE FUNCTION pendo._due_signals()
RETURNS TABLE (owner name, schema_name name, due_at timestamptz)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT m.owner, m.schema_name,
         CASE WHEN s.at IS NULL THEN m.created_at
              WHEN l.loaded_at > s.at THEN greatest(l.loaded_at, s.at + interval '1 minute')
              ELSE s.at + interval '15 minutes' END
    FROM pendo.model m
    LEFT JOIN pendo.signal_state s ON s.owner = m.owner AND s.schema_name = m.schema_name
                                  AND s.subject = 'detection'
   CROSS JOIN LATERAL (
         SELECT max(d.loaded_at) AS loaded_at
           FROM pendo.pull p
           JOIN pendo.ledger d ON d.pull = p.name
          WHERE p.owner = m.owner AND p.target_schema = m.schema_name) l
   WHERE l.loaded_at IS NOT NULL
     AND pendo._find_relation(m.schema_name, 'signal') IS NOT NULL;
END;
REVOKE ALL ON FUNCTION pendo._due_signals() FROM PUBLIC;
COMMENT ON FUNCTION pendo._due_signals() IS 'models whose signals are to be looked for, and when';
