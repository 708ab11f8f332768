-- Is what is being loaded history, or the first load of a table?  For triggers:
-- what they conclude from it is no news.
CREATE FUNCTION pendo.is_backfill()
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(current_setting('pendo_fdw.is_backfill', true)::boolean, false);
END;
REVOKE ALL ON FUNCTION pendo.is_backfill() FROM PUBLIC;
COMMENT ON FUNCTION pendo.is_backfill() IS
    'is what is being loaded history or a first load, and so no news? For triggers';
