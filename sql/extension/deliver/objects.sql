-- Rows as a JSON array of objects: names and arrays of values, in turn.
CREATE FUNCTION pendo._objects(VARIADIC "any")
RETURNS jsonb
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pendo_objects';
REVOKE ALL ON FUNCTION pendo._objects("any") FROM PUBLIC;
COMMENT ON FUNCTION pendo._objects("any") IS 'rows as a JSON array of objects';
