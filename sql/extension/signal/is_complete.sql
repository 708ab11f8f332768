-- Are the days that churn is told from here, each read after its end?  Where no pull of
-- the model's fills them, somebody else knows.
CREATE FUNCTION pendo._is_complete(schema_name name, until timestamptz)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT NOT EXISTS (
      SELECT FROM pendo.pull p
        JOIN pendo.ledger l ON l.pull = p.name
       WHERE p.target_schema = _is_complete.schema_name AND p.target_table = 'event'
         AND p.mode = 'by_window'
         AND l.window_end <= until AND l.window_start >= until - interval '91 days'
         AND (l.read_at IS NULL OR l.read_at < l.window_end));
END;
REVOKE ALL ON FUNCTION pendo._is_complete(name, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION pendo._is_complete(name, timestamptz) IS
    'are the days here that churn is told from?';
