-- Make a view once more of its own definition, as a dump and restore does: that may
-- name columns that had no name, or flatten an AND, and then its hash is another.
CREATE FUNCTION pendo._settle_definition(schema_name name, object text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    view regclass;
    options text;
BEGIN
    SELECT c.oid, 'WITH (' || array_to_string(c.reloptions, ', ') || ')' INTO view, options
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = schema_name AND c.relname = object AND c.relkind = 'v';
    IF FOUND THEN
        EXECUTE format('CREATE OR REPLACE VIEW %s %s AS %s', view, options, pg_get_viewdef(view));
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._settle_definition(name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._settle_definition(name, text) IS
    'make a view once more of its own definition';
