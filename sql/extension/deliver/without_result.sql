-- The numbers of a work's items that have no result yet.
CREATE FUNCTION pendo._without_result(items jsonb, results jsonb)
RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN ARRAY(SELECT (i ->> 'item')::bigint FROM jsonb_array_elements(items) i
                 EXCEPT
                 SELECT (r ->> 'item')::bigint FROM jsonb_array_elements(results) r);
END
$$;
REVOKE ALL ON FUNCTION pendo._without_result(jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._without_result(jsonb, jsonb) IS
    'a work''s items that have no result yet';
