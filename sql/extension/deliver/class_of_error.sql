-- What is to be done about an error.  "status" is the answer's to a whole request, 0 when
-- none came, and NULL when an answer tells of a single item.  A whole request that says
-- something unknown is divided, or tried again if the fault may be the remote system's;
-- what is wrong with one item does not fail all of a request, which is divided, too.
CREATE FUNCTION pendo._error_class(connector text, status integer, code text, message text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found record;
BEGIN
    SELECT e.class, e.status INTO found
      FROM pendo.effective_error_class e
     WHERE (e.connector IS NULL OR e.connector = _error_class.connector)
       AND (e.status IS NULL OR e.status = _error_class.status)
       AND (e.code IS NULL OR e.code = _error_class.code)
       AND (e.pattern IS NULL OR _error_class.message ~* e.pattern)
     ORDER BY e.is_own DESC, e.status IS NULL, e.code IS NULL, e.pattern IS NULL, e.connector IS NULL
     LIMIT 1;
    RETURN CASE WHEN found.status IS NULL AND found.class IN ('permanent', 'duplicate') AND status BETWEEN 400 AND 499 THEN 'split'
                WHEN found.class IS NOT NULL THEN found.class
                WHEN status >= 500 THEN 'retry'
                WHEN status >= 400 THEN 'split'
                WHEN status >= 300 THEN 'configuration'
                ELSE 'permanent' END;
END
$$;
REVOKE ALL ON FUNCTION pendo._error_class(text, integer, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._error_class(text, integer, text, text) IS
    'what is to be done about an error';
