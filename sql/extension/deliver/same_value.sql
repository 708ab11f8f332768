-- Whether a value that is to be sent is what a remote system has.  Nothing, null and an
-- empty text are the same, and blanks around a text are none.  It is put into the
-- queries that call it: so it pins no search_path, and what needs more than a comparison
-- of texts is left to _same_form.
CREATE FUNCTION pendo._same_value(sent jsonb, remote jsonb)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE WHEN coalesce(btrim(sent #>> '{}', E' \n\r\t'), '') = coalesce(btrim(remote #>> '{}', E' \n\r\t'), '') THEN true
              ELSE pendo._same_form(sent, remote) END;
END;
REVOKE ALL ON FUNCTION pendo._same_value(jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._same_value(jsonb, jsonb) IS
    'whether a value that is to be sent is what a remote system has';
