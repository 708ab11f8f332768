-- Items that this session has under way, or NULL.
CREATE FUNCTION pendo._pending()
RETURNS bigint[]
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT array_agg(coalesce(f.item, 0)) FROM pendo._in_flight() f;
END;
REVOKE ALL ON FUNCTION pendo._pending() FROM PUBLIC;
COMMENT ON FUNCTION pendo._pending() IS 'items that this session has under way';

-- Is none of these items under way any more?
CREATE FUNCTION pendo._are_done(items bigint[])
RETURNS boolean
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT NOT EXISTS (SELECT FROM pendo._in_flight() f JOIN unnest(items) i ON i = f.item);
END;
REVOKE ALL ON FUNCTION pendo._are_done(bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._are_done(bigint[]) IS 'is none of these items under way any more?';
