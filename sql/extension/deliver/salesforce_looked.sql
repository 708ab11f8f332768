-- Results of the items that need not be written after a look, or cannot be.  "ids" are
-- those found so far, for an update by key; "is_last" says whether no page follows.
CREATE FUNCTION pendo._salesforce_looked(work jsonb, state jsonb, answer jsonb, ids jsonb, is_last boolean)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    operation text := work ->> 'operation';
    is_update boolean := operation = 'update' AND work ->> 'key_field' IS NOT NULL;
    look boolean := work @? '$.items[0].look ? (@ == true)';
BEGIN
    RETURN coalesce((
        SELECT jsonb_agg(r.result) FILTER (WHERE r.result IS NOT NULL)
          FROM (SELECT CASE WHEN operation = 'create'
                            THEN jsonb_build_object('item', m.item, 'outcome', 'delivered', 'remote_id', m.id, 'is_created', false)
                            WHEN is_update AND m.matches > 1
                            THEN jsonb_build_object('item', m.item, 'outcome', 'failed', 'code', 'DUPLICATE_EXTERNAL_ID',
                                                    'message', m.matches || ' records have this key')
                            WHEN look AND m.matches = 1
                             AND NOT EXISTS (
                                 SELECT FROM jsonb_each(m.fields) f
                                  WHERE lower(f.key) <> lower(coalesce(work ->> 'key_field', 'Id'))
                                    AND NOT CASE WHEN jsonb_typeof(f.value) = 'object'
                                                 THEN NOT EXISTS (SELECT FROM jsonb_each(f.value) p
                                                                   WHERE p.key <> 'attributes'
                                                                     AND NOT pendo._same_value(p.value, m.record -> f.key -> p.key))
                                                 ELSE m.record ? f.key AND pendo._same_value(f.value, m.record -> f.key) END)
                            THEN jsonb_build_object('item', m.item, 'outcome', 'unchanged', 'remote_id', m.id, 'is_created', false)
                       END AS result
                  FROM pendo._salesforce_match(work, state, answer) m
                UNION ALL
                SELECT jsonb_build_object('item', s, 'outcome', 'failed', 'code', 'NOT_FOUND', 'message', 'no record has this key')
                  FROM jsonb_array_elements(state -> 'sent') s
                 WHERE is_update AND is_last AND NOT ids ? (s #>> '{}')) r), '[]');
END
$$;
REVOKE ALL ON FUNCTION pendo._salesforce_looked(jsonb, jsonb, jsonb, jsonb, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_looked(jsonb, jsonb, jsonb, jsonb, boolean) IS
    'results of items that a look settles';
