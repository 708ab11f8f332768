-- May the key for writing write?  Reading alone is good enough here.
CREATE FUNCTION pendo._check_write(connection name)
RETURNS pendo._finding
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT ROW('right to write',
             p.status = 200,
             CASE WHEN p.status <> 200 THEN p.message
                  WHEN v.may_write THEN 'yes'
                  ELSE 'no: read only' END,
             CASE WHEN p.status <> 200 THEN p.hint
                  WHEN NOT v.may_write THEN
                  'Enough for live tables.  Writing back needs a key with '
                  '"Allow Write Access".' END)::pendo._finding
    FROM pendo._probe(connection, 'GET', '/api/v1/token/verify', NULL, true) p
   CROSS JOIN LATERAL (
         SELECT coalesce((p.answer::jsonb ->> 'writeAccess')::boolean, false)
         ) AS v (may_write);
END;
REVOKE ALL ON FUNCTION pendo._check_write(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_write(name) IS 'may the key write';
