-- Is the current user an operator, who sees everybody's work?  Known by the right to
-- pause.
CREATE FUNCTION pendo._is_operator()
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT has_function_privilege('pendo.pause(name, text)', 'EXECUTE');
END;
REVOKE ALL ON FUNCTION pendo._is_operator() FROM PUBLIC;
COMMENT ON FUNCTION pendo._is_operator() IS 'is the current user an operator?';
