-- A text as part of an address.
CREATE FUNCTION pendo._url_encode(value text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pendo_url_encode';
REVOKE ALL ON FUNCTION pendo._url_encode(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._url_encode(text) IS 'a text as part of an address';
