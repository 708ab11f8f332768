-- A connection that items may be delivered to, and what a delivery must know of it.
CREATE TYPE pendo._destination AS (
    connection name,
    connector text,             -- hubspot or salesforce
    version text,               -- of its API
    batch_size integer,         -- most items of a request
    most_requests integer       -- under way at a time
);
COMMENT ON TYPE pendo._destination IS 'a connection that items may be delivered to';

CREATE FUNCTION pendo._destination_of(connection name)
RETURNS pendo._destination
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    connector text := pendo._connector(connection);
BEGIN
    RETURN ROW(connection, connector, pendo._server_option(connection, 'api_version'),
               pendo._batch_size(connector), pendo._server_option(connection, 'max_requests')::integer);
END
$$;
REVOKE ALL ON FUNCTION pendo._destination_of(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._destination_of(name) IS 'what a delivery to a connection must know of it';
