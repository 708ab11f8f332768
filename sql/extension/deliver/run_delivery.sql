-- Run the current role's pushes that are due, and deliver what is in the outbox; workers call
-- this.
CREATE PROCEDURE pendo.run_delivery()
LANGUAGE plpgsql
AS $$
BEGIN
    CALL pendo._check_may_commit();
    PERFORM pendo._run_due_pushes();
    COMMIT;
    CALL pendo.deliver();
END
$$;
REVOKE ALL ON PROCEDURE pendo.run_delivery() FROM PUBLIC;
COMMENT ON PROCEDURE pendo.run_delivery() IS 'run pushes that are due, and deliver';
