-- Is what was fetched for a batch still what its pull's definition asks for?
CREATE FUNCTION pendo._is_as_leased(batch pendo._batch, p pendo.pull)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT batch.query IS NOT DISTINCT FROM
         pendo._query(p.name, batch.window_start, batch.window_end,
                      (SELECT l.cursor FROM pendo.ledger l
                        WHERE l.pull = p.name AND l.window_start = batch.window_start
                          AND NOT batch.is_full));
END;
REVOKE ALL ON FUNCTION pendo._is_as_leased(pendo._batch, pendo.pull) FROM PUBLIC;
COMMENT ON FUNCTION pendo._is_as_leased(pendo._batch, pendo.pull) IS
    'is what was fetched still what the definition asks for?';
