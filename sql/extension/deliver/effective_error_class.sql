-- What is done about errors: a team's rows, then ours; among those that fit, the first
-- with a status, then with a code, then with a pattern.
CREATE VIEW pendo.effective_error_class AS
SELECT row_number() OVER (ORDER BY is_own DESC, status IS NULL, code IS NULL, pattern IS NULL,
                                   connector IS NULL, connector, status, code, pattern) AS rank,
       connector, status, code, pattern, class, hint, is_own
  FROM (SELECT connector, status, code, pattern, class, hint, true AS is_own
          FROM pendo.error_class
        UNION ALL
        SELECT connector, status, code, pattern, class, hint, false
          FROM pendo.error_class_default d
         WHERE NOT EXISTS (SELECT FROM pendo.error_class o
                            WHERE (o.connector, o.status, o.code, o.pattern)
                                  IS NOT DISTINCT FROM (d.connector, d.status, d.code, d.pattern))) e;
REVOKE ALL ON pendo.effective_error_class FROM PUBLIC;
COMMENT ON VIEW pendo.effective_error_class IS 'what is done about errors of remote systems, first that fits first';
COMMENT ON COLUMN pendo.effective_error_class.rank IS 'the row of the lowest rank that fits is what counts';
COMMENT ON COLUMN pendo.effective_error_class.connector IS 'connector; NULL: all';
COMMENT ON COLUMN pendo.effective_error_class.status IS 'HTTP status of the whole request, 0: no answer; NULL: any, and of a single item';
COMMENT ON COLUMN pendo.effective_error_class.code IS 'the remote system''s code; NULL: any';
COMMENT ON COLUMN pendo.effective_error_class.pattern IS 'regular expression that the message fits; NULL: any';
COMMENT ON COLUMN pendo.effective_error_class.class IS
    'retry, throttle, auth, configuration, permanent, split or duplicate';
COMMENT ON COLUMN pendo.effective_error_class.hint IS 'what helps';
COMMENT ON COLUMN pendo.effective_error_class.is_own IS 'whether it is a row of pendo.error_class';
