-- An error that explains itself, where a procedure that has to COMMIT was called
-- within a transaction block.
CREATE PROCEDURE pendo._check_may_commit()
LANGUAGE c
AS 'MODULE_PATHNAME', 'pendo_check_may_commit';
REVOKE ALL ON PROCEDURE pendo._check_may_commit() FROM PUBLIC;
COMMENT ON PROCEDURE pendo._check_may_commit() IS
    'an error within a transaction block';
