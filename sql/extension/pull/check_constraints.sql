-- Let what is deferred to the end of the transaction, constraints and triggers, speak
-- now, while its error can still be told to the ledger.
CREATE FUNCTION pendo._check_constraints(target regclass)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pendo._enter_schema_of(target);
    SET CONSTRAINTS ALL IMMEDIATE;
END
$$;
REVOKE ALL ON FUNCTION pendo._check_constraints(regclass) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_constraints(regclass) IS
    'check deferred constraints now';
