-- Forget a pull and its ledger; the local table stays as it is.  Returns whether
-- there was one.
CREATE FUNCTION pendo.drop_pull(name text)
RETURNS boolean
LANGUAGE sql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH gone AS (DELETE FROM pendo.pull p WHERE p.name = drop_pull.name RETURNING 1)
  SELECT count(*) > 0 FROM gone;
END;
REVOKE ALL ON FUNCTION pendo.drop_pull(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.drop_pull(text) IS
    'forget a pull; the local table stays';
