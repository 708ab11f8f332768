-- Results of items that HubSpot has no call for.
CREATE FUNCTION pendo._hubspot_unsendable(work jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF work ->> 'operation' = 'upsert' AND work ->> 'key_field' IS NULL THEN
        RETURN pendo._all_failed(work -> 'items', 'KEY_FIELD_NEEDED',
                                 'an upsert needs the property that identifies a record');
    END IF;
    IF work ->> 'operation' <> 'create' OR NOT jsonb_path_exists(work, '$.items[*].links[*] ? (@ != null)') THEN
        RETURN '[]';
    END IF;
    RETURN coalesce((
        SELECT jsonb_agg(jsonb_build_object('item', f.item, 'outcome', 'failed', 'code', 'NO_ASSOCIATION_TYPE',
                                            'message', format('%s cannot be associated with %s', work ->> 'object', f.objects)))
          FROM (SELECT i -> 'item' AS item, string_agg(coalesce(l ->> 'object', 'nothing'), ', ') AS objects
                  FROM jsonb_array_elements(work -> 'items') i, jsonb_path_query(i, '$.links[*] ? (@ != null)') l
                  LEFT JOIN pendo._hubspot_association a
                    ON (a.object, a.linked_object) = (work ->> 'object', l ->> 'object')
                 WHERE a.type_id IS NULL OR l ->> 'id' IS NULL
                 GROUP BY 1) f), '[]');
END
$$;
REVOKE ALL ON FUNCTION pendo._hubspot_unsendable(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_unsendable(jsonb) IS 'results of items that HubSpot has no call for';
