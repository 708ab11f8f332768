-- A text as a literal of SOQL.
CREATE FUNCTION pendo._salesforce_literal(value text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT '''' || replace(replace(replace(replace(replace(value, '\', '\\'), '''', '\'''), E'\n', '\n'), E'\r', '\r'), E'\t', '\t') || '''';
END;
REVOKE ALL ON FUNCTION pendo._salesforce_literal(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_literal(text) IS 'a text as a literal of SOQL';
