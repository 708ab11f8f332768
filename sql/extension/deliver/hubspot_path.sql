-- The path of an object's calls: HubSpot's numbered versions and its dated ones differ.
CREATE FUNCTION pendo._hubspot_path(work jsonb, call text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE WHEN version ~ '^\d{4}-' THEN format('/crm/objects/%s/%s/%s', version, pendo._url_encode(work ->> 'object'), call)
              ELSE format('/crm/%s/objects/%s/%s', version, pendo._url_encode(work ->> 'object'), call) END
    FROM (SELECT coalesce(work ->> 'version', 'v3') AS version) v;
END;
REVOKE ALL ON FUNCTION pendo._hubspot_path(jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_path(jsonb, text) IS 'the path of an object''s calls';
