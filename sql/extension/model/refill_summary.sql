-- Compute a summary anew, for the days whose events are here: its query has changed, or
-- its table is new.  Older days, whose events keep_for has taken, stay as they are.
CREATE FUNCTION pendo._refill_summary(schema_name name, table_name name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.pull%ROWTYPE;
    first timestamptz;
    last timestamptz;
BEGIN
    SELECT d.* INTO p
      FROM pendo.summary s
      JOIN pendo.pull d ON d.owner = s.owner AND d.target_schema = s.schema_name
                       AND d.target_table = s.source_table AND d.mode = 'by_window'
     WHERE s.owner = current_user AND s.schema_name = _refill_summary.schema_name
       AND s.table_name = _refill_summary.table_name;
    SELECT min(l.window_start), max(l.window_end) INTO first, last
      FROM pendo.ledger l WHERE l.pull = p.name AND l.loaded_at IS NOT NULL;
    IF first IS NOT NULL THEN
        PERFORM pendo._refresh_summaries(p, first, last, table_name);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._refill_summary(name, name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._refill_summary(name, name) IS 'compute a summary anew';
