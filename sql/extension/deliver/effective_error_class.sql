-- What is done about errors.  Among the rows that fit one, a team's come first, then those
-- with a status, with a code, and with a pattern.
CREATE VIEW pendo.effective_error_class AS
SELECT connector, status, code, pattern, class, hint, true AS is_own
  FROM pendo.error_class
UNION ALL
SELECT connector, status, code, pattern, class, hint, false
  FROM pendo.error_class_default d
 WHERE NOT EXISTS (SELECT FROM pendo.error_class o
                    WHERE (o.connector, o.status, o.code, o.pattern)
                          IS NOT DISTINCT FROM (d.connector, d.status, d.code, d.pattern));
REVOKE ALL ON pendo.effective_error_class FROM PUBLIC;
COMMENT ON VIEW pendo.effective_error_class IS 'what is done about errors of remote systems';
COMMENT ON COLUMN pendo.effective_error_class.connector IS 'connector; NULL: all';
COMMENT ON COLUMN pendo.effective_error_class.status IS 'HTTP status of the whole request, 0: no answer; NULL: any, and of a single item';
COMMENT ON COLUMN pendo.effective_error_class.code IS 'the remote system''s code; NULL: any';
COMMENT ON COLUMN pendo.effective_error_class.pattern IS 'regular expression that the message fits; NULL: any';
COMMENT ON COLUMN pendo.effective_error_class.class IS
    'retry, throttle, auth, configuration, permanent, split or duplicate';
COMMENT ON COLUMN pendo.effective_error_class.hint IS 'what helps';
COMMENT ON COLUMN pendo.effective_error_class.is_own IS 'whether it is a row of pendo.error_class';
