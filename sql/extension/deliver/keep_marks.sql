-- Write down up to where lanes were dealt with, and give them back if they are done with.
CREATE FUNCTION pendo._keep_marks(lanes pendo.lane[], is_release boolean)
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE pendo.lane l
     SET xid = n.xid, item = n.item,
         lease_pid = CASE WHEN NOT is_release THEN l.lease_pid END,
         lease_backend_start = CASE WHEN NOT is_release THEN l.lease_backend_start END,
         leased_at = CASE WHEN is_release THEN clock_timestamp() ELSE l.leased_at END,
         wanted_at = CASE WHEN NOT is_release THEN l.wanted_at END
    FROM unnest(lanes) n
   WHERE l.connection = n.connection AND l.lane = n.lane AND l.owner = n.owner
     AND l.lease_pid = pg_backend_pid() AND n.owner = current_user
     AND (is_release OR (l.xid, l.item) IS DISTINCT FROM (n.xid, n.item));
END;
REVOKE ALL ON FUNCTION pendo._keep_marks(pendo.lane[], boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo._keep_marks(pendo.lane[], boolean) IS
    'write down up to where lanes were dealt with';

-- Lanes as they are written down: requests were withdrawn, and their items lie behind those
-- marks.  Lanes of except_of go on from where they are.
CREATE FUNCTION pendo._kept_lanes(lanes pendo.lane[], except_of pendo._destination[])
RETURNS pendo.lane[]
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT array_agg(CASE WHEN EXISTS (SELECT FROM unnest(except_of) e WHERE e.connection = n.connection) THEN n
                        ELSE l END)
    FROM unnest(lanes) n JOIN pendo.lane l ON l.connection = n.connection AND l.lane = n.lane AND l.owner = n.owner;
END;
REVOKE ALL ON FUNCTION pendo._kept_lanes(pendo.lane[], pendo._destination[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._kept_lanes(pendo.lane[], pendo._destination[]) IS
    'lanes as they are written down';
