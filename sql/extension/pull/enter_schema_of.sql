-- From here to the caller's end names are looked up in a table's own schema, as
-- triggers of its owner expect; pg_catalog still comes first.
CREATE FUNCTION pendo._enter_schema_of(target regclass)
RETURNS void
LANGUAGE sql VOLATILE STRICT
BEGIN ATOMIC
  SELECT pg_catalog.set_config('search_path',
             pg_catalog.format('%I, pg_temp', n.nspname), true)
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
   WHERE c.oid OPERATOR(pg_catalog.=) target;
END;
REVOKE ALL ON FUNCTION pendo._enter_schema_of(regclass) FROM PUBLIC;
COMMENT ON FUNCTION pendo._enter_schema_of(regclass) IS
    'look names up in a table''s own schema';
