-- Deliver what is due of the current role.
CREATE PROCEDURE pendo.run_delivery()
LANGUAGE plpgsql
AS $$
BEGIN
    CALL pendo._check_may_commit();
END
$$;
REVOKE ALL ON PROCEDURE pendo.run_delivery() FROM PUBLIC;
COMMENT ON PROCEDURE pendo.run_delivery() IS 'deliver what is due';
