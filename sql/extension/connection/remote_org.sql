-- Id of the organisation behind a connection, asked of the remote system: HubSpot's
-- account, Salesforce's organisation (18 characters); NULL where there is none.
-- Errors: those of the network and of the sign-in.
CREATE FUNCTION pendo._remote_org(connection name)
RETURNS text
LANGUAGE c STRICT VOLATILE
AS 'MODULE_PATHNAME', 'pendo_remote_org';
REVOKE ALL ON FUNCTION pendo._remote_org(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._remote_org(name) IS
    'id of the organisation behind a connection';
