-- Run a pull now, or (without a name) those of the current role that are due.
-- Several may run it at once: they share the windows.  Says what it did as NOTICEs;
-- a window that fails is a WARNING, is tried again later, and stops no other.
-- Errors: no such pull, not its owner, within a transaction block.
CREATE PROCEDURE pendo.run_pull(name text DEFAULT NULL)
LANGUAGE plpgsql
AS $$
DECLARE
    pulls pg_catalog.text[];
    pull pg_catalog.text;
    is_asked boolean;
BEGIN
    CALL pendo._check_may_commit();
    is_asked := name IS NOT NULL;
    pulls := pendo._pulls_to_run(name);
    FOREACH pull IN ARRAY pulls LOOP
        CALL pendo._run_one(pull, is_asked);
        EXIT WHEN NOT pendo._may_go_on();
    END LOOP;
END
$$;
REVOKE ALL ON PROCEDURE pendo.run_pull(text) FROM PUBLIC;
COMMENT ON PROCEDURE pendo.run_pull(text) IS
    'run a pull now, or those that are due';
