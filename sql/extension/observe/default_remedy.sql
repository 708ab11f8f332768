-- The statement that helps against a failure, by its SQLSTATE; who typed it wants to
-- see that it helped, so it runs the pull, too, where nothing is left to fill in.  %1$s is the pull's
-- name as a literal, %2$s the source, %3$s the server, %4$s the owner.
CREATE VIEW pendo._default_remedy AS
SELECT v.*
  FROM (VALUES
        ('22000', 'SELECT pendo.allow_vanished(%1$s); CALL pendo.run_pull(%1$s);'),
        ('HV004', 'ALTER FOREIGN TABLE %2$s OPTIONS (ADD on_bad_value ''null''); CALL pendo.run_pull(%1$s);'),
        ('28000', 'SELECT * FROM pendo.check(%5$s);'),
        ('42501', 'SELECT * FROM pendo.check(%5$s);'),
        ('HV00N', 'SELECT * FROM pendo.check(%5$s);'),
        ('HV00J', 'ALTER USER MAPPING FOR %4$s SERVER %3$s OPTIONS (ADD secret_file ''name'');'),
        ('42704', 'CREATE USER MAPPING FOR %4$s SERVER %3$s OPTIONS (secret_file ''name'');'))
       AS v (failure_state, statement);
REVOKE ALL ON pendo._default_remedy FROM PUBLIC;
COMMENT ON VIEW pendo._default_remedy IS 'the statement that helps against a failure';
COMMENT ON COLUMN pendo._default_remedy.failure_state IS 'SQLSTATE';
COMMENT ON COLUMN pendo._default_remedy.statement IS
    'statement; placeholders: pull, source, server, owner, server as a literal';
