-- Rows of an aggregation's answer, as Pendo sent them.
CREATE FUNCTION pendo._aggregation_rows(answer text)
RETURNS SETOF jsonb
LANGUAGE sql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT jsonb_path_query(answer::jsonb, '$.results[*]');
END;
REVOKE ALL ON FUNCTION pendo._aggregation_rows(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._aggregation_rows(text) IS
    'rows of an aggregation''s answer';
