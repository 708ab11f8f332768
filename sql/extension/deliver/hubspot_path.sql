-- The path of an object's calls: HubSpot's numbered versions and its dated ones differ.
CREATE FUNCTION pendo._hubspot_path(work jsonb, call text)
RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    version text := coalesce(work ->> 'version', 'v3');
    object text := pendo._url_encode(work ->> 'object');
BEGIN
    RETURN format(CASE WHEN version ~ '^\d{4}-' THEN '/crm/objects/%s/%s/%s' ELSE '/crm/%s/objects/%s/%s' END,
                  version, object, call);
END
$$;
REVOKE ALL ON FUNCTION pendo._hubspot_path(jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_path(jsonb, text) IS 'the path of an object''s calls';
