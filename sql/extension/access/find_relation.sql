-- A relation by its names, also in a schema that the caller has no right to; NULL if
-- there is none.
CREATE FUNCTION pendo._find_relation(schema_name name, table_name name)
RETURNS regclass
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT c.oid::regclass
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = schema_name AND c.relname = table_name;
END;
REVOKE ALL ON FUNCTION pendo._find_relation(name, name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._find_relation(name, name) IS
    'a relation by its names, also in a schema that the caller has no right to';
