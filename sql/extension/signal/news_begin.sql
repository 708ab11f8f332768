-- Since when what happens in a model is news: from the day on which it was made, or the
-- pull of its answers, or events, if that was later.
CREATE FUNCTION pendo._news_begin(m pendo.model)
RETURNS timestamptz
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT greatest(m.created_at, max(p.created_at))
    FROM pendo.pull p
   WHERE p.target_schema = m.schema_name AND p.target_table IN ('event', 'nps_response');
END;
REVOKE ALL ON FUNCTION pendo._news_begin(pendo.model) FROM PUBLIC;
COMMENT ON FUNCTION pendo._news_begin(pendo.model) IS 'since when what happens in a model is news';
