-- The request that writes these items of a work.  HubSpot takes texts alone: an empty one
-- clears, and choices are divided by semicolons.  Keys that differ in case alone are one
-- to HubSpot, and twice in a request they are refused: the later item's turn comes next.
CREATE FUNCTION pendo._hubspot_write(work jsonb, numbers bigint[])
RETURNS pendo._step
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    operation text := work ->> 'operation';
    key_field text := work ->> 'key_field';
    marked text := CASE WHEN operation = 'create' AND key_field IS NULL
                        THEN pendo._hubspot_marked_property(work ->> 'object') END;
    step pendo._step;
    sent bigint[];
BEGIN
    SELECT array_agg(w.item), json_build_object('inputs', json_agg(
               CASE WHEN operation <> 'create' AND key_field IS NULL
                    THEN json_build_object('id', w.key, 'properties', w.properties, 'objectWriteTraceId', w.item::text)
                    WHEN operation <> 'create'
                    THEN json_build_object('id', w.key, 'idProperty', key_field, 'properties', w.properties,
                                           'objectWriteTraceId', w.item::text)
                    WHEN w.associations IS NULL
                    THEN json_build_object('properties', w.properties, 'objectWriteTraceId', w.item::text)
                    ELSE json_build_object('properties', w.properties, 'associations', w.associations,
                                           'objectWriteTraceId', w.item::text) END))
      INTO sent, step.body
      FROM (SELECT DISTINCT ON (i.alike) i.item, i.key,
                   (SELECT coalesce(json_object_agg(p.key, CASE WHEN p.value LIKE '[%' AND jsonb_typeof(f.fields -> p.key) = 'array'
                                                                THEN pendo._choices(f.fields -> p.key)
                                                                ELSE coalesce(p.value, '') END), '{}')
                      FROM jsonb_each_text(f.fields) p) AS properties,
                   CASE WHEN operation = 'create' AND jsonb_typeof(i.links) = 'array'
                        THEN (SELECT json_agg(json_build_object(
                                         'to', json_build_object('id', l ->> 'id'),
                                         'types', json_build_array(json_build_object('associationCategory', 'HUBSPOT_DEFINED',
                                                                                     'associationTypeId', a.type_id))))
                                FROM jsonb_array_elements(i.links) l
                                JOIN pendo._hubspot_association a
                                  ON (a.object, a.linked_object) = (work ->> 'object', l ->> 'object')) END AS associations
              FROM (SELECT (e ->> 'item')::bigint AS item, e ->> 'key' AS key, e -> 'fields' AS fields, e -> 'links' AS links,
                           CASE WHEN operation = 'create' AND key_field IS NULL THEN e ->> 'item'
                                ELSE lower(btrim(e ->> 'key')) END COLLATE "C" AS alike
                      FROM jsonb_array_elements(work -> 'items') e) i,
                   LATERAL (SELECT CASE
                       WHEN operation <> 'update' AND key_field IS NOT NULL THEN i.fields || jsonb_build_object(key_field, i.key)
                       WHEN marked IS NOT NULL
                       THEN i.fields || jsonb_build_object(marked, pendo._marked(i.fields ->> marked, i.key, 65536))
                       ELSE i.fields END OFFSET 0) AS f (fields)
             WHERE i.item = ANY (numbers)
             ORDER BY i.alike, i.item) w;
    step.method := 'POST';
    step.path := pendo._hubspot_path(work, 'batch/' || operation);
    step.state := jsonb_build_object('asked', 'write', 'sent', sent);
    RETURN step;
END
$$;
REVOKE ALL ON FUNCTION pendo._hubspot_write(jsonb, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_write(jsonb, bigint[]) IS 'the request that writes these items';
