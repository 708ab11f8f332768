-- The path of a call, below the version of the API.
CREATE FUNCTION pendo._salesforce_path(work jsonb, call text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT format('/services/data/v%s/%s', ltrim(work ->> 'version', 'v'), call);
END;
REVOKE ALL ON FUNCTION pendo._salesforce_path(jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_path(jsonb, text) IS 'the path of a call, below the version of the API';
