-- Add to a run what was sent for it.
CREATE FUNCTION pendo._count_requests(run bigint, requests bigint, bytes bigint)
RETURNS void
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  UPDATE pendo.run r
     SET requests = r.requests + _count_requests.requests, bytes = r.bytes + _count_requests.bytes
   WHERE r.id = run;
END;
REVOKE ALL ON FUNCTION pendo._count_requests(bigint, bigint, bigint) FROM PUBLIC;
COMMENT ON FUNCTION pendo._count_requests(bigint, bigint, bigint) IS
    'add to a run what was sent for it';
