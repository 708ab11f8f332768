-- A key as one word that nobody else writes, which a record's text can end with and a
-- search finds again.
CREATE FUNCTION pendo._marker(key text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT 'pendo' || CASE WHEN key ~ '^[0-9a-z]{1,30}$' THEN key ELSE md5(key) END;
END;
REVOKE ALL ON FUNCTION pendo._marker(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._marker(text) IS
    'a key as one word that a record''s text can end with';
