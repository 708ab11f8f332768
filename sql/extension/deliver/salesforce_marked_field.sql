-- The field that ends with a marker, where a work's records have no key of their own: a
-- create whose answer was lost is looked for by it.  NULL: there is none.
CREATE FUNCTION pendo._salesforce_marked_field(work jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE WHEN work ->> 'operation' = 'create' AND work ->> 'key_field' IS NULL AND work ->> 'object' = 'Task'
              THEN 'Subject' END;
END;
REVOKE ALL ON FUNCTION pendo._salesforce_marked_field(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_marked_field(jsonb) IS
    'the field that ends with a marker, where records have no key';
