-- The fields that a look reads to compare them; parents that an external id names are read
-- through their relation.
CREATE FUNCTION pendo._salesforce_selected(work jsonb)
RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT ON (lower(n.name)) n.name
          FROM (SELECT DISTINCT f.key, CASE jsonb_typeof(f.value) WHEN 'object' THEN f.value END AS parent
                  FROM jsonb_array_elements(work -> 'items') i, jsonb_each(i -> 'fields') f) d,
               LATERAL (SELECT d.key WHERE d.parent IS NULL
                        UNION ALL
                        SELECT d.key || '.' || k FROM jsonb_object_keys(d.parent) k WHERE k <> 'attributes') n (name)
         WHERE lower(n.name) NOT IN ('id', lower(coalesce(work ->> 'key_field', 'id')))
         ORDER BY lower(n.name), n.name);
END
$$;
REVOKE ALL ON FUNCTION pendo._salesforce_selected(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_selected(jsonb) IS 'the fields that a look reads to compare them';
