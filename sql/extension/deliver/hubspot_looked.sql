-- Results of the items whose records an answer to _hubspot_look shows, and which need not
-- be written.  Addresses, and keys of some accounts, are one if they differ in case alone; a
-- record whose very key another item has is not meant.
CREATE FUNCTION pendo._hubspot_looked(work jsonb, state jsonb, answer jsonb)
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
             WHERE state -> 'sent' @> (i -> 'item')), '[]');
    END IF;
    RETURN coalesce((
        WITH sent AS MATERIALIZED (
            SELECT i -> 'item' AS item, btrim(i ->> 'key') AS key, i -> 'fields' AS fields
              FROM jsonb_array_elements(work -> 'items') i),
        found AS MATERIALIZED (
            SELECT btrim(CASE WHEN key_field IS NULL THEN r ->> 'id' ELSE r -> 'properties' ->> key_field END) AS key,
                   r ->> 'id' AS id, r -> 'properties' AS properties
              FROM jsonb_path_query(answer, 'lax $.results[*]') r)
        SELECT jsonb_agg(jsonb_build_object('item', m.item, 'outcome', CASE WHEN is_create THEN 'delivered' ELSE 'unchanged' END,
                                            'remote_id', m.id, 'is_created', false))
          FROM (SELECT DISTINCT ON (s.item) s.item, s.fields, f.id, f.properties
                  FROM sent s JOIN found f ON lower(s.key) = lower(f.key)
                 WHERE s.key = f.key OR f.key NOT IN (SELECT key FROM sent)
                 ORDER BY s.item, s.key = f.key DESC) m
         WHERE is_create
            OR NOT EXISTS (SELECT FROM jsonb_each(m.fields) p
                            WHERE NOT (m.properties ? p.key AND pendo._same_value(p.value, m.properties -> p.key)))), '[]');
END
$$;
REVOKE ALL ON FUNCTION pendo._hubspot_looked(jsonb, jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_looked(jsonb, jsonb, jsonb) IS 'results of items that need not be written';
