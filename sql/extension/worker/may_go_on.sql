-- A long run asks this after each COMMIT.  A session sees a changed setting
-- between its statements only; a worker's one statement may last for hours, and
-- others may be waiting for its place.
CREATE FUNCTION pendo._may_go_on()
RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'pendo_may_go_on';
REVOKE ALL ON FUNCTION pendo._may_go_on() FROM PUBLIC;
COMMENT ON FUNCTION pendo._may_go_on() IS
    'false when a run should end with the step that it is at';
