-- Raise what is wrong with a key of a push's source: it is missing (empty), or occurs more
-- than once.  NULL: nothing is.
CREATE FUNCTION pendo._check_push_key(p pendo.push, wrong_key text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF wrong_key = '' THEN
        RAISE not_null_violation USING
            MESSAGE = format('a row of %I.%I has no key', p.source_schema, p.source_table),
            DETAIL = format('Push "%s" knows rows by column "%s".', p.name, p.key_column);
    ELSIF wrong_key IS NOT NULL THEN
        RAISE unique_violation USING
            MESSAGE = format('key "%s" occurs more than once in %I.%I', wrong_key, p.source_schema, p.source_table),
            DETAIL = format('Push "%s" knows rows by column "%s".', p.name, p.key_column);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._check_push_key(pendo.push, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_push_key(pendo.push, text) IS
    'raise what is wrong with a key of a push''s source';
