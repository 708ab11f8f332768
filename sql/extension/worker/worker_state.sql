-- The board that the background workers share, as it is.
CREATE FUNCTION pendo._worker_state()
RETURNS TABLE (database oid, role oid, task text, state text, due_at timestamptz,
               not_before timestamptz, pid integer, failures integer)
LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pendo_worker_state';
REVOKE ALL ON FUNCTION pendo._worker_state() FROM PUBLIC;
COMMENT ON FUNCTION pendo._worker_state() IS
    'for whom something is done in the background, in all databases';
