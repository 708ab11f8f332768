-- A text as a literal of SOQL.  It is put into the queries that call it, so it pins no
-- search_path.
CREATE FUNCTION pendo._salesforce_literal(value text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT '''' || replace(replace(replace(replace(replace(value, '\', '\\'), '''', '\'''), E'\n', '\n'), E'\r', '\r'), E'\t', '\t') || '''';
END;
REVOKE ALL ON FUNCTION pendo._salesforce_literal(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_literal(text) IS 'a text as a literal of SOQL';
