-- Results of the items whose records an answer to _hubspot_look shows, and which need not
-- be written.
CREATE FUNCTION pendo._hubspot_looked(work jsonb, answer jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_create boolean := work ->> 'operation' = 'create';
    key_field text := work ->> 'key_field';
    marked text := CASE WHEN is_create AND key_field IS NULL
                        THEN pendo._hubspot_marked_property(work ->> 'object') END;
BEGIN
    IF marked IS NOT NULL THEN
        RETURN coalesce((
            SELECT jsonb_agg(jsonb_build_object('item', i -> 'item', 'outcome', 'delivered', 'remote_id', r.id, 'is_created', false))
              FROM jsonb_array_elements(work -> 'items') i,
                   LATERAL (SELECT r ->> 'id' AS id
                              FROM jsonb_path_query(answer, 'lax $.results[*]') r
                             WHERE pendo._is_marked(r -> 'properties' ->> marked, i ->> 'key')
                             ORDER BY length(r ->> 'id'), r ->> 'id'
                             LIMIT 1) r
             WHERE work #> '{state,sent}' @> (i -> 'item')), '[]');
    END IF;
    RETURN coalesce((
        SELECT jsonb_agg(CASE WHEN is_create
                              THEN jsonb_build_object('item', i.item, 'outcome', 'delivered', 'remote_id', r.id, 'is_created', false)
                              ELSE jsonb_build_object('item', i.item, 'outcome', 'unchanged', 'remote_id', r.id, 'is_created', false) END)
          FROM (SELECT e -> 'item' AS item, lower(btrim(e ->> 'key')) AS key, e -> 'fields' AS fields
                  FROM jsonb_array_elements(work -> 'items') e) i
          JOIN (SELECT DISTINCT ON (key) *
                  FROM (SELECT lower(btrim(CASE WHEN key_field IS NULL THEN r ->> 'id' ELSE r -> 'properties' ->> key_field END)) AS key,
                               r ->> 'id' AS id, r -> 'properties' AS properties
                          FROM jsonb_path_query(answer, 'lax $.results[*]') r) k) r USING (key)
         WHERE is_create
            OR NOT EXISTS (SELECT FROM jsonb_each(i.fields) f
                            WHERE NOT (r.properties ? f.key AND pendo._same_value(f.value, r.properties -> f.key)))), '[]');
END
$$;
REVOKE ALL ON FUNCTION pendo._hubspot_looked(jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_looked(jsonb, jsonb) IS 'results of items that need not be written';
