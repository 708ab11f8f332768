-- What is to be done about an error.  "status" is the answer's to a whole request, 0 when
-- none came, and NULL when an answer tells of a single item.  A whole request that says
-- something unknown is divided, or tried again if the fault may be the remote system's;
-- what is wrong with one item does not fail all of a request, which is divided, too.
CREATE FUNCTION pendo._error_class(connector text, status integer, code text, message text)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce((SELECT CASE WHEN e.status IS NULL AND _error_class.status BETWEEN 400 AND 499
                                    AND e.class IN ('permanent', 'duplicate')
                               THEN 'split' ELSE e.class END
                     FROM pendo.effective_error_class e
                    WHERE (e.connector IS NULL OR e.connector = _error_class.connector)
                      AND (e.status IS NULL OR e.status = _error_class.status)
                      AND (e.code IS NULL OR e.code = _error_class.code)
                      AND (e.pattern IS NULL OR _error_class.message ~* e.pattern)
                    ORDER BY e.rank
                    LIMIT 1),
                  CASE WHEN _error_class.status >= 500 THEN 'retry'
                       WHEN _error_class.status >= 400 THEN 'split'
                       WHEN _error_class.status >= 300 THEN 'configuration'
                       ELSE 'permanent' END);
END;
REVOKE ALL ON FUNCTION pendo._error_class(text, integer, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._error_class(text, integer, text, text) IS
    'what is to be done about an error';
