-- The items of a work that creates, with what is set at the creation alone: associations, and the
-- marker of a record that has no key.
CREATE FUNCTION pendo._hubspot_new(work jsonb)
RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(jsonb_agg(i || jsonb_strip_nulls(jsonb_build_object('associations', l.associations))
                     || CASE WHEN m.marked IS NULL THEN '{}'
                             ELSE jsonb_build_object('fields', i -> 'fields' || jsonb_build_object(
                                      m.marked, pendo._marked(i -> 'fields' ->> m.marked, i ->> 'key', 65536))) END), '[]')
    FROM jsonb_array_elements(work -> 'items') i
   CROSS JOIN (SELECT CASE WHEN work ->> 'key_field' IS NULL
                           THEN pendo._hubspot_marked_property(work ->> 'object') END AS marked) m
   CROSS JOIN LATERAL (
         SELECT jsonb_agg(jsonb_build_object(
                    'to', jsonb_build_object('id', l ->> 'id'),
                    'types', jsonb_build_array(jsonb_build_object('associationCategory', 'HUBSPOT_DEFINED',
                                                                  'associationTypeId', a.type_id)))) AS associations
           FROM jsonb_array_elements(CASE jsonb_typeof(i -> 'links') WHEN 'array' THEN i -> 'links' ELSE '[]' END) l
           JOIN pendo._hubspot_association a
             ON (a.object, a.linked_object) = (work ->> 'object', l ->> 'object')) l;
END;
REVOKE ALL ON FUNCTION pendo._hubspot_new(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_new(jsonb) IS 'items with what is set at a record''s creation alone';
