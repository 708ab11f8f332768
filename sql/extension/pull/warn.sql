-- A WARNING with those of its parts that are there.
CREATE FUNCTION pendo._warn(message text, state text, detail text, hint text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF detail <> '' AND hint <> '' THEN
        RAISE WARNING USING MESSAGE = message, ERRCODE = state, DETAIL = detail, HINT = hint;
    ELSIF detail <> '' THEN
        RAISE WARNING USING MESSAGE = message, ERRCODE = state, DETAIL = detail;
    ELSIF hint <> '' THEN
        RAISE WARNING USING MESSAGE = message, ERRCODE = state, HINT = hint;
    ELSE
        RAISE WARNING USING MESSAGE = message, ERRCODE = state;
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._warn(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._warn(text, text, text, text) IS
    'a WARNING with those of its parts that are there';
