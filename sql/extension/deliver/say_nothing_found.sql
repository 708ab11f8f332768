-- Say that there was no item of a connection (NULL: of any) to retry or discard, and where
-- to look for them.  Errors: no such connection; asked only now, because items outlive theirs.
CREATE FUNCTION pendo._say_nothing_found(connection name)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF connection IS NOT NULL THEN
        PERFORM pendo._check_connection(connection, is_crm => true);
    END IF;
    RAISE NOTICE USING
        MESSAGE = 'the current role has no such item',
        HINT = 'SELECT * FROM pendo.failed_item shows what failed, SELECT * FROM pendo.waiting what waits, '
               'SELECT * FROM pendo.delivery what became of others.';
END
$$;
REVOKE ALL ON FUNCTION pendo._say_nothing_found(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._say_nothing_found(name) IS 'say that there was no item to retry or discard';
