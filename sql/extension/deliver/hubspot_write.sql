-- The request that writes these items of a work.  Keys that differ in case alone are one to
-- HubSpot, and twice in a request they are refused: the later item's turn comes next.
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
    named text := CASE WHEN key_field IS NULL THEN '' ELSE format('"idProperty":%s,', to_json(key_field)) END;
    step pendo._step;
    sent bigint[];
BEGIN
    SELECT array_agg(w.item), format('{"inputs":[%s]}', string_agg(
               CASE WHEN operation = 'create' THEN '{' ELSE '{"id":' || w.key::text || ',' || named END
               || '"properties":' || w.properties
               || coalesce(',"associations":' || w.associations::text, '')
               || ',"objectWriteTraceId":"' || w.item || '"}', ','))
      INTO sent, step.body
      FROM (SELECT DISTINCT ON (i.alike) i.item, i.key,
                   CASE WHEN marked IS NULL
                        THEN pendo._hubspot_texts(i.fields, CASE WHEN operation <> 'update' THEN key_field END, i.key #>> '{}')
                        ELSE pendo._hubspot_texts(i.fields || jsonb_build_object(marked, pendo._marked(i.fields ->> marked, i.key #>> '{}', 65536)),
                                                  NULL, NULL) END AS properties,
                   CASE WHEN operation = 'create' AND jsonb_typeof(i.links) = 'array'
                        THEN (SELECT json_agg(json_build_object(
                                         'to', json_build_object('id', l ->> 'id'),
                                         'types', json_build_array(json_build_object('associationCategory', 'HUBSPOT_DEFINED',
                                                                                     'associationTypeId', a.type_id))))
                                FROM jsonb_array_elements(i.links) l
                                JOIN pendo._hubspot_association a
                                  ON (a.object, a.linked_object) = (work ->> 'object', l ->> 'object')) END AS associations
              FROM (SELECT e.*, CASE WHEN operation = 'create' AND key_field IS NULL THEN e.item::text
                                     ELSE lower(btrim(e.key #>> '{}')) END COLLATE "C" AS alike
                      FROM jsonb_to_recordset(work -> 'items') AS e (item bigint, key jsonb, fields jsonb, links jsonb)) i
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
