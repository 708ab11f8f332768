-- Rows as JSON arrays of objects, of at most so many each: names, the same in all rows, and values,
-- in turn.  Each array is the member "items" of an object like around; the first around_count of the
-- members belong to that and not to the array's objects, with the values of its first row.
CREATE FUNCTION pendo._objects_add(state internal, most integer, around jsonb, around_count integer, VARIADIC "any")
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pendo_objects_add';
REVOKE ALL ON FUNCTION pendo._objects_add(internal, integer, jsonb, integer, "any") FROM PUBLIC;
COMMENT ON FUNCTION pendo._objects_add(internal, integer, jsonb, integer, "any") IS 'step of pendo._objects()';

CREATE FUNCTION pendo._objects_end(state internal)
RETURNS jsonb[]
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pendo_objects_end';
REVOKE ALL ON FUNCTION pendo._objects_end(internal) FROM PUBLIC;
COMMENT ON FUNCTION pendo._objects_end(internal) IS 'end of pendo._objects()';

CREATE AGGREGATE pendo._objects(most integer, around jsonb, around_count integer, VARIADIC "any") (
    SFUNC = pendo._objects_add,
    STYPE = internal,
    FINALFUNC = pendo._objects_end
);
REVOKE ALL ON FUNCTION pendo._objects(integer, jsonb, integer, "any") FROM PUBLIC;
COMMENT ON AGGREGATE pendo._objects(integer, jsonb, integer, "any") IS 'rows as JSON arrays of objects';
