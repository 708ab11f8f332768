-- Does this very session pull into a table just now?  Its lease says so, which only the
-- pull's owner can write.
CREATE FUNCTION pendo._holds_lease(schema_name name, table_name name)
RETURNS boolean
LANGUAGE sql STABLE STRICT
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT EXISTS (
      SELECT FROM pendo.pull p
        JOIN pendo.ledger l ON l.pull = p.name
       WHERE p.owner = current_user
         AND p.target_schema = schema_name AND p.target_table = _holds_lease.table_name
         AND l.lease_pid = pg_backend_pid()
         AND l.lease_backend_start = (SELECT b.backend_start FROM pendo._own_backend() b));
END;
REVOKE ALL ON FUNCTION pendo._holds_lease(name, name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._holds_lease(name, name) IS
    'does this very session pull into a table just now?';
