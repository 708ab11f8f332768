-- Run the current role's pushes that are due, each in a transaction of its own.  Functions
-- that COMMIT cannot set a search_path, so nothing here needs one.  That another run came
-- first is only told from READ COMMITTED, whatever the role's preset is.
CREATE PROCEDURE pendo._run_due_pushes()
LANGUAGE plpgsql
AS $$
DECLARE
    pushes pg_catalog.text[];
    push pg_catalog.text;
BEGIN
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    pushes := pendo._pushes_to_run();
    FOREACH push IN ARRAY pushes LOOP
        PERFORM pendo._try_push(push);
        COMMIT AND CHAIN;
        EXIT WHEN NOT pendo._may_go_on();
    END LOOP;
END
$$;
REVOKE ALL ON PROCEDURE pendo._run_due_pushes() FROM PUBLIC;
COMMENT ON PROCEDURE pendo._run_due_pushes() IS 'run the pushes that are due';
