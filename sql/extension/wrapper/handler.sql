-- The callbacks of a live table.
CREATE FUNCTION pendo.pendo_fdw_handler()
RETURNS fdw_handler
LANGUAGE c STRICT
AS 'MODULE_PATHNAME';
REVOKE ALL ON FUNCTION pendo.pendo_fdw_handler() FROM PUBLIC;
COMMENT ON FUNCTION pendo.pendo_fdw_handler() IS
    'callbacks of the foreign-data wrapper pendo_fdw';
