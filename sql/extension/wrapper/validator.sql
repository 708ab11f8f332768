-- Checks the options of servers, user mappings, tables and columns of Pendo.
-- Errors: unknown option (with the nearest name and the list), missing
-- option, value that is not good.
CREATE FUNCTION pendo.pendo_fdw_validator(options text[], catalogue oid)
RETURNS void
LANGUAGE c STRICT
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION pendo.pendo_fdw_validator(text[], oid) FROM PUBLIC;
COMMENT ON FUNCTION pendo.pendo_fdw_validator(text[], oid) IS
    'check of the options of pendo_fdw';
