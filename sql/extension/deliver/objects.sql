-- Rows as JSON arrays of objects, of at most so many each (NULL: one array): names, the same
-- in all rows, and values, in turn.  Each array becomes the member "items" of an object around it
-- (NULL: it stays alone), which begins with the first around_count of those members, as the array's
-- first row has them.  What comes before the names is the same for all rows.
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
