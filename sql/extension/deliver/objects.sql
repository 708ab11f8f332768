-- Rows as JSON arrays of objects, of at most so many each (NULL: one array): names, the same
-- in all rows, and values, in turn.
CREATE FUNCTION pendo._objects_add(state internal, most integer, VARIADIC "any")
RETURNS internal
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pendo_objects_add';
REVOKE ALL ON FUNCTION pendo._objects_add(internal, integer, "any") FROM PUBLIC;
COMMENT ON FUNCTION pendo._objects_add(internal, integer, "any") IS 'step of pendo._objects()';

CREATE FUNCTION pendo._objects_end(state internal)
RETURNS jsonb[]
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pendo_objects_end';
REVOKE ALL ON FUNCTION pendo._objects_end(internal) FROM PUBLIC;
COMMENT ON FUNCTION pendo._objects_end(internal) IS 'end of pendo._objects()';

CREATE AGGREGATE pendo._objects(most integer, VARIADIC "any") (
    SFUNC = pendo._objects_add,
    STYPE = internal,
    FINALFUNC = pendo._objects_end
);
REVOKE ALL ON FUNCTION pendo._objects(integer, "any") FROM PUBLIC;
COMMENT ON AGGREGATE pendo._objects(integer, "any") IS 'rows as JSON arrays of objects';
