-- The request that carries items of a push, as text.
CREATE FUNCTION pendo._push_call(p pendo.push)
RETURNS text
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE pendo._connector(p.connection)
         WHEN 'hubspot' THEN format('POST .../%s/batch/%s', p.object, p.operation)
         WHEN 'salesforce' THEN 'PATCH .../composite/sobjects'
              || CASE WHEN p.key_field IS NOT NULL THEN format('/%s/%s', p.object, p.key_field) ELSE '' END
         END;
END;
REVOKE ALL ON FUNCTION pendo._push_call(pendo.push) FROM PUBLIC;
COMMENT ON FUNCTION pendo._push_call(pendo.push) IS 'the request that carries items of a push, as text';
