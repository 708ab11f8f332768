-- The request that writes these items of a work; ids are those of records that were looked for, by
-- item.  Keys that differ in case alone may be one to Salesforce, and twice in a call both fail: the
-- later item's turn comes next.
CREATE FUNCTION pendo._salesforce_write(work jsonb, numbers bigint[], ids jsonb)
RETURNS pendo._step
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    operation text := work ->> 'operation';
    key_field text := work ->> 'key_field';
    marked text := pendo._salesforce_marked_field(work);
    attributes text := format('{"attributes":{"type":%s}', work -> 'object');      -- the type comes first
    step pendo._step;
    sent bigint[];
BEGIN
    SELECT array_agg(w.item), format('{"allOrNone":false,"records":[%s]}', string_agg(
               attributes || CASE w.record WHEN '{}' THEN '}' ELSE ',' || substr(w.record::text, 2) END, ','))
      INTO sent, step.body
      FROM (SELECT DISTINCT ON (i.alike) i.item,
                   CASE WHEN jsonb_path_exists(i.fields, 'strict $.* ? (@.type() == "array")')
                        THEN (SELECT jsonb_object_agg(f.key, CASE jsonb_typeof(f.value) WHEN 'array' THEN to_jsonb(pendo._choices(f.value))
                                                                                    ELSE f.value END)
                                FROM jsonb_each(i.fields) f)
                        ELSE i.fields END
                   || CASE WHEN operation = 'update'
                           THEN jsonb_build_object('id', coalesce(ids -> i.item::text, e -> 'key'))
                           WHEN key_field IS NOT NULL THEN jsonb_build_object(key_field, pendo._salesforce_key(e, key_field))
                           WHEN marked IS NOT NULL
                           THEN jsonb_build_object(marked, pendo._marked(i.fields ->> marked, e ->> 'key', 255))
                           ELSE '{}' END AS record
              FROM jsonb_array_elements(work -> 'items') e,
                   LATERAL (SELECT (e ->> 'item')::bigint, e -> 'fields',
                                   CASE WHEN operation = 'create' AND key_field IS NULL THEN e ->> 'item'
                                        ELSE lower(e ->> 'key') END COLLATE "C") AS i (item, fields, alike)
             WHERE i.item = ANY (numbers)
             ORDER BY i.alike, i.item) w;
    step.method := CASE WHEN operation = 'create' AND key_field IS NULL THEN 'POST' ELSE 'PATCH' END;
    step.path := pendo._salesforce_path(work, 'composite/sobjects'
        || CASE WHEN operation <> 'update' AND key_field IS NOT NULL
                THEN format('/%s/%s', pendo._url_encode(work ->> 'object'), pendo._url_encode(key_field)) ELSE '' END);
    step.state := jsonb_build_object('asked', 'write', 'sent', sent, 'ids', ids);
    RETURN step;
END
$$;
REVOKE ALL ON FUNCTION pendo._salesforce_write(jsonb, bigint[], jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_write(jsonb, bigint[], jsonb) IS 'the request that writes these items';
