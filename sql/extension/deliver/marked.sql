-- A text that ends with a key's marker, if it does not have it already; what is too long
-- for that is cut.
CREATE FUNCTION pendo._marked(value text, key text, longest integer)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE WHEN pendo._is_marked(value, key) THEN value
              ELSE concat_ws(' ', nullif(left(value, longest - 1 - length(m)), ''), m) END
    FROM pendo._marker(key) m;
END;
REVOKE ALL ON FUNCTION pendo._marked(text, text, integer) FROM PUBLIC;
COMMENT ON FUNCTION pendo._marked(text, text, integer) IS 'a text that ends with a key''s marker';
