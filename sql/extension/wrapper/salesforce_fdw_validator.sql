-- Checks the options of servers, user mappings, tables and columns of Salesforce;
-- see pendo.pendo_fdw_validator().
CREATE FUNCTION pendo.salesforce_fdw_validator(options text[], catalogue oid)
RETURNS void
LANGUAGE c STRICT
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION pendo.salesforce_fdw_validator(text[], oid) FROM PUBLIC;
COMMENT ON FUNCTION pendo.salesforce_fdw_validator(text[], oid) IS
    'check of the options of salesforce_fdw';
