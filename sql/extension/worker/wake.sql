-- What changes pulls calls this: at COMMIT, the background workers look again
-- what is due in this database.  Without workers it does nothing.
CREATE FUNCTION pendo._wake()
RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'pendo_wake';
REVOKE ALL ON FUNCTION pendo._wake() FROM PUBLIC;
COMMENT ON FUNCTION pendo._wake() IS
    'at COMMIT, let the background workers look what is due in this database';
