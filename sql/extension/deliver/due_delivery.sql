-- Per owner the earliest time at which something is to be delivered.
CREATE FUNCTION pendo._due_delivery()
RETURNS TABLE (owner name, due_at timestamptz)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT NULL::name, NULL::timestamptz WHERE false;
END;
REVOKE ALL ON FUNCTION pendo._due_delivery() FROM PUBLIC;
COMMENT ON FUNCTION pendo._due_delivery() IS
    'per owner the time at which something is to be delivered';
