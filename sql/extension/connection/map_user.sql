-- CREATE USER MAPPING FOR CURRENT_USER, without a text of SQL that could show
-- up in a context, a log or a statistics view.  In: the server, an option and
-- its value.
CREATE FUNCTION pendo._map_user(server name, option text, value text)
RETURNS void
LANGUAGE c STRICT VOLATILE
AS 'MODULE_PATHNAME', 'pendo_map_user';
-- For all: it does what the command does, with the caller's own rights.
GRANT EXECUTE ON FUNCTION pendo._map_user(name, text, text) TO PUBLIC;
COMMENT ON FUNCTION pendo._map_user(name, text, text) IS
    'make a user mapping without a statement that holds the secret';
