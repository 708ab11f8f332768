-- What a connection that items can be delivered to is: hubspot or salesforce; else NULL.
CREATE FUNCTION pendo._connector(connection name)
RETURNS text
LANGUAGE sql STABLE             -- to become a part of its caller, each item's writer for one
RETURN CASE pendo._connector_of(connection)
            WHEN 'hubspot_fdw' THEN 'hubspot' WHEN 'salesforce_fdw' THEN 'salesforce' END;
REVOKE ALL ON FUNCTION pendo._connector(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._connector(name) IS 'what a connection is that can be delivered to';
