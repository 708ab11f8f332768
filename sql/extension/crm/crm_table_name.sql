-- The local table of a CRM's live one in a model: the one that its pull fills, else the
-- usual name, or where another connection has that, the name with the connection's behind.
CREATE FUNCTION pendo._crm_table_name(live regclass, schema_name name, usual name, connection name)
RETURNS name
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(
      (SELECT p.target_table
         FROM pendo.pull p
         JOIN pendo.crm_table t ON t.owner = p.owner AND t.schema_name = p.target_schema
                               AND t.table_name = p.target_table
        WHERE p.owner = current_user AND p.target_schema = _crm_table_name.schema_name
          AND pendo._find_relation(p.source_schema, p.source_table) = live),
      (SELECT t.table_name
         FROM pendo.crm_table t
        WHERE t.owner = current_user AND t.schema_name = _crm_table_name.schema_name
          AND t.connection = _crm_table_name.connection AND starts_with(t.table_name, usual)),
      CASE WHEN EXISTS (SELECT FROM pendo.crm_table t
                         WHERE t.owner = current_user AND t.schema_name = _crm_table_name.schema_name
                           AND t.table_name = usual)
           THEN (usual || '_' || connection)::name ELSE usual END);
END;
REVOKE ALL ON FUNCTION pendo._crm_table_name(regclass, name, name, name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._crm_table_name(regclass, name, name, name) IS
    'the local table of a CRM''s live one in a model';
