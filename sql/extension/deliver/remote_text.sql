-- A remote system's words, for a table or a message: of one line, and not too long.
CREATE FUNCTION pendo._remote_text(value text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT left(btrim(regexp_replace(value, '[[:cntrl:][:space:]]+', ' ', 'g')), 1000);
END;
REVOKE ALL ON FUNCTION pendo._remote_text(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._remote_text(text) IS
    'a remote system''s words on one line, and not too long';
