-- Whether a text has a key's marker.
CREATE FUNCTION pendo._is_marked(value text, key text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(value ~ ('\m' || pendo._marker(key) || '\M'), false);
END;
REVOKE ALL ON FUNCTION pendo._is_marked(text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._is_marked(text, text) IS 'whether a text has a key''s marker';
