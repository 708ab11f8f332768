-- A changed server or user mapping may be what deliveries and pulls were waiting for.
CREATE FUNCTION pendo._wake_on_ddl()
RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pendo._wake();
EXCEPTION WHEN insufficient_privilege THEN
    NULL;       -- who may not use the extension changes nothing of ours
END
$$;
REVOKE ALL ON FUNCTION pendo._wake_on_ddl() FROM PUBLIC;
COMMENT ON FUNCTION pendo._wake_on_ddl() IS 'wake the workers when a server or user mapping changes';
CREATE EVENT TRIGGER pendo_wake_on_ddl ON ddl_command_end
    WHEN TAG IN ('ALTER SERVER', 'CREATE USER MAPPING', 'ALTER USER MAPPING')
    EXECUTE FUNCTION pendo._wake_on_ddl();
COMMENT ON EVENT TRIGGER pendo_wake_on_ddl IS
    'wake the workers when a server or user mapping changes';
