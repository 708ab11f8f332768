-- The remote fields of an object, as far as live tables of the connection show them: where
-- the API says companies and Account, live tables are of company and account, and a field's
-- path there begins with its container.  "type" is that of the live table's column.
CREATE FUNCTION pendo._live_field(connection name, object text)
RETURNS TABLE (field text, type text)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT DISTINCT regexp_replace(coalesce(c.field, o.path, c.column_name), '^properties\.', ''), c.type
    FROM pendo.live_table t
    JOIN pendo.live_column c ON c.relation = t.relation
    LEFT JOIN LATERAL pendo._offered_column(NULL, 'day', pendo._connector_of(t.connection)) o
      ON o.table_name = t.object AND o.column_name = c.column_name
   WHERE t.connection = _live_field.connection
     AND lower(t.object) IN (lower(_live_field.object),
                             regexp_replace(regexp_replace(lower(_live_field.object), 'ies$', 'ys'), 's$', ''));
END;
REVOKE ALL ON FUNCTION pendo._live_field(name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._live_field(name, text) IS
    'remote fields of an object, as far as live tables show them';
