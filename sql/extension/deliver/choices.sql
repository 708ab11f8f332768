-- Choices as remote systems take them: divided by semicolons.
CREATE FUNCTION pendo._choices(value jsonb)
RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN coalesce((SELECT string_agg(e, ';') FROM jsonb_array_elements_text(value) e), '');
END
$$;
REVOKE ALL ON FUNCTION pendo._choices(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._choices(jsonb) IS 'choices as remote systems take them';
