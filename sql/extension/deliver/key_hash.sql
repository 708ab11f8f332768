-- Whom an item is for, as a number: two items with the same are never on their way together.
CREATE FUNCTION pendo._key_hash(object text, key text)
RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$SELECT pg_catalog.hashtextextended(object || E'\n' || key, 0)$$;
REVOKE ALL ON FUNCTION pendo._key_hash(text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._key_hash(text, text) IS 'whom an item is for, as a number';
