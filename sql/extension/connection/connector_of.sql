-- Which connector a connection has: the name of its foreign-data wrapper.
CREATE FUNCTION pendo._connector_of(connection name)
RETURNS text
LANGUAGE c STRICT STABLE
AS 'MODULE_PATHNAME', 'pendo_connector_of';
REVOKE ALL ON FUNCTION pendo._connector_of(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._connector_of(name) IS 'connector of a connection';
