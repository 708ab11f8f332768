-- When is a window settled?  A day's events arrive for hours after its end, and a
-- window that changed after it had settled waits as long again.
CREATE FUNCTION pendo._settles_at(l pendo.ledger, settle interval)
RETURNS timestamptz
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT greatest(l.window_end, l.reopened_at) + settle;
END;
REVOKE ALL ON FUNCTION pendo._settles_at(pendo.ledger, interval) FROM PUBLIC;
COMMENT ON FUNCTION pendo._settles_at(pendo.ledger, interval) IS
    'when is a window settled?';
