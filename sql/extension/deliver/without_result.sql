-- The numbers of a work's items that have no result yet.
CREATE FUNCTION pendo._without_result(items jsonb, results jsonb)
RETURNS bigint[]
LANGUAGE c STRICT IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pendo_without_result';
REVOKE ALL ON FUNCTION pendo._without_result(jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._without_result(jsonb, jsonb) IS
    'a work''s items that have no result yet';
