-- Whom an item is for, as a number: two items with the same are never on their way together.
CREATE FUNCTION pendo._key_hash(object text, key text)
RETURNS bigint
LANGUAGE c STRICT IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pendo_key_hash';
REVOKE ALL ON FUNCTION pendo._key_hash(text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._key_hash(text, text) IS 'whom an item is for, as a number';
