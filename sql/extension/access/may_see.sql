-- May the current user know how a local table is kept?  Who may read the table, and
-- operators, who are known by their right to pause.
CREATE FUNCTION pendo._may_see(schema_name name, table_name name)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT has_function_privilege('pendo.pause(name, text)', 'EXECUTE')
      OR EXISTS (SELECT FROM pg_namespace n
                  WHERE n.nspname = schema_name AND has_schema_privilege(n.oid, 'USAGE'))
         AND has_table_privilege(pendo._find_relation(schema_name, table_name), 'SELECT');
END;
REVOKE ALL ON FUNCTION pendo._may_see(name, name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._may_see(name, name) IS
    'may the current user know how a local table is kept?';
