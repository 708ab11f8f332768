-- A body as JSON; NULL if it is none.
CREATE FUNCTION pendo._as_json(body text)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN body::jsonb;
EXCEPTION WHEN data_exception OR program_limit_exceeded OR statement_too_complex THEN
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION pendo._as_json(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._as_json(text) IS 'a body as JSON, or NULL';
