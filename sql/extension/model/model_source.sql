-- The live tables that a model copies: of Pendo's for each object one, with the grain
-- of a day.
CREATE FUNCTION pendo._model_source(connection name)
RETURNS TABLE (object text, live regclass)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT DISTINCT ON (t.object) t.object, t.relation
    FROM pendo.live_table t
    JOIN pendo._default_pull d ON d.object = t.object
   WHERE t.connection = _model_source.connection
     AND pendo._connector_of(t.connection) = 'pendo_fdw'
     AND (d.time_column IS DISTINCT FROM 'day' OR coalesce(t.period, 'day') = 'day')
   ORDER BY t.object, (t.table_name = t.object) DESC, t.schema_name, t.table_name;
END;
REVOKE ALL ON FUNCTION pendo._model_source(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._model_source(name) IS 'the live tables that a model copies';
