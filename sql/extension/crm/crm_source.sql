-- The live tables of a CRM that a model copies, each with the local table's name and the
-- view over it.
CREATE FUNCTION pendo._crm_source(connection name)
RETURNS TABLE (object text, live regclass, table_name name, view_name name)
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT DISTINCT ON (d.object) d.object, c.oid::regclass, d.table_name::name, d.view_name::name
    FROM pg_foreign_server s
    JOIN pg_foreign_table t ON t.ftserver = s.oid
    JOIN pg_class c ON c.oid = t.ftrelid
    JOIN pendo._default_crm_column d
      ON d.connector = pendo._connector(s.srvname)
     AND d.object = coalesce((SELECT o.option_value FROM pg_options_to_table(t.ftoptions) o
                               WHERE o.option_name = 'object'), c.relname)
   WHERE s.srvname = _crm_source.connection
   ORDER BY d.object, (c.relname = d.object) DESC, c.oid::regclass::text;
END;
REVOKE ALL ON FUNCTION pendo._crm_source(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._crm_source(name) IS 'the live tables of a CRM that a model copies';
