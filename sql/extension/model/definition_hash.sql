-- A view's definition as a hash; NULL for what is no view.
CREATE FUNCTION pendo._definition_hash(schema_name name, object text)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT md5(pg_get_viewdef(c.oid))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = schema_name AND c.relname = object AND c.relkind = 'v';
END;
REVOKE ALL ON FUNCTION pendo._definition_hash(name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._definition_hash(name, text) IS 'a view''s definition as a hash';
