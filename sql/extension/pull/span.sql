-- A batch's days, for a message.
CREATE FUNCTION pendo._span(batch pendo._batch, p pendo.pull)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, YMD'
BEGIN ATOMIC
  SELECT CASE WHEN p.mode <> 'by_window' THEN ''
              WHEN cardinality(batch.starts) = 1 THEN ', ' || first
              ELSE ', ' || first || ' to ' || last END
    FROM (SELECT (batch.window_start AT TIME ZONE pendo._zone(p.connection))::date::text,
                 ((batch.window_end AT TIME ZONE pendo._zone(p.connection))::date - 1)::text)
         AS d (first, last);
END;
REVOKE ALL ON FUNCTION pendo._span(pendo._batch, pendo.pull) FROM PUBLIC;
COMMENT ON FUNCTION pendo._span(pendo._batch, pendo.pull) IS
    'a batch''s days, for a message';
