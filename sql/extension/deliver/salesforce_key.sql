-- An item's key as its field has it: a number where the fields say so, else a text.
-- It is put into the queries that call it, so it pins no search_path.
CREATE FUNCTION pendo._salesforce_key(item jsonb, key_field text)
RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT CASE WHEN jsonb_typeof(item -> 'fields' -> key_field) = 'number' THEN item -> 'fields' -> key_field
              ELSE item -> 'key' END;
END;
REVOKE ALL ON FUNCTION pendo._salesforce_key(jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_key(jsonb, text) IS 'an item''s key as its field has it';
