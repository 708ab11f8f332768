-- The records that an answer to _salesforce_look shows, by the item whose key they have.
-- Most fields take keys for one that differ in case alone; a record whose very key another
-- item has is not meant.
CREATE FUNCTION pendo._salesforce_match(work jsonb, state jsonb, answer jsonb)
RETURNS TABLE (item bigint, id text, matches bigint, fields jsonb, record jsonb)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    marked text := pendo._salesforce_marked_field(work);
    name text := coalesce(marked, work ->> 'key_field', 'Id');
BEGIN
    RETURN QUERY
    WITH sent AS MATERIALIZED (
        SELECT (i ->> 'item')::bigint AS item, i -> 'fields' AS fields,
               CASE WHEN marked IS NOT NULL THEN pendo._marked(i -> 'fields' ->> marked, i ->> 'key', 255)
                    WHEN name = 'Id' THEN left(i ->> 'key', 15)     -- the rest is a checksum
                    ELSE i ->> 'key' END AS key
          FROM jsonb_array_elements(state -> 'sent') s
          JOIN jsonb_array_elements(work -> 'items') i ON i -> 'item' = s),
    found AS MATERIALIZED (
        SELECT r AS record,
               CASE WHEN jsonb_typeof(r -> name) = 'number' THEN trim_scale((r ->> name)::numeric)::text
                    WHEN name = 'Id' THEN left(r ->> name, 15)
                    ELSE r ->> name END AS key
          FROM jsonb_path_query(answer, 'lax $.records[*]') r),
    pair AS (
        SELECT s.item, s.fields, f.record FROM sent s JOIN found f USING (key)
        UNION ALL
        SELECT s.item, s.fields, f.record
          FROM found f
          JOIN sent s ON lower(s.key) = lower(f.key)
         WHERE name <> 'Id' AND NOT EXISTS (SELECT FROM sent o WHERE o.key = f.key))
    SELECT DISTINCT ON (p.item) p.item, p.record ->> 'Id', count(*) OVER (PARTITION BY p.item), p.fields, p.record
      FROM pair p
     ORDER BY p.item, p.record ->> 'Id';
END
$$;
REVOKE ALL ON FUNCTION pendo._salesforce_match(jsonb, jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_match(jsonb, jsonb, jsonb) IS 'the records that a look has found';
