-- What there is to deliver for the current role, from its sources on: the outbox; signals that
-- are to be looked for, and pushes that are due; then what those have written.  Workers call
-- this.  What people wait for goes first.
CREATE PROCEDURE pendo.run_delivery()
LANGUAGE plpgsql
AS $$
BEGIN
    CALL pendo.deliver();
    PERFORM pendo.run_signals();
    COMMIT;
    CALL pendo._run_due_pushes();
    CALL pendo.deliver();
END
$$;
REVOKE ALL ON PROCEDURE pendo.run_delivery() FROM PUBLIC;
COMMENT ON PROCEDURE pendo.run_delivery() IS 'look for signals, run pushes that are due, and deliver';
