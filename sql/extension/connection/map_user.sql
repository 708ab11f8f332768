-- CREATE USER MAPPING FOR CURRENT_USER, without a text of SQL that could show
-- up in a context, a log or a statistics view.  In: the server, names of options
-- and their values.  The caller needs the rights that the command needs.
CREATE FUNCTION pendo._map_user(server name, option_names text[], option_values text[])
RETURNS void
LANGUAGE c STRICT VOLATILE
AS 'MODULE_PATHNAME', 'pendo_map_user';
REVOKE ALL ON FUNCTION pendo._map_user(name, text[], text[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._map_user(name, text[], text[]) IS
    'make a user mapping without a statement that holds the secret';
