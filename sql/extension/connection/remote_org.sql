-- Sign in to a connection, and out comes the id of its organisation (Salesforce's, of 18
-- characters); NULL where nobody signs in, or that does not tell.
-- Errors: those of the network and of the sign-in.
CREATE FUNCTION pendo._remote_org(connection name)
RETURNS text
LANGUAGE c STRICT VOLATILE
AS 'MODULE_PATHNAME', 'pendo_remote_org';
REVOKE ALL ON FUNCTION pendo._remote_org(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._remote_org(name) IS
    'id of the organisation behind a connection';
