-- The expression that finds a key that may not be, in a query with pendo._push_difference()
-- as its "difference": one that is missing (empty), or occurs more than once; else NULL.
CREATE FUNCTION pendo._wrong_key()
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
RETURN '(SELECT min(w.key) FROM (SELECT d.key FROM difference d WHERE d.is_there '
       'GROUP BY d.key HAVING count(*) > 1 OR d.key = '''') w)';
REVOKE ALL ON FUNCTION pendo._wrong_key() FROM PUBLIC;
COMMENT ON FUNCTION pendo._wrong_key() IS 'the expression that finds a key that may not be';
