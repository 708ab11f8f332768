-- The request that looks for the records of these items, or of as many as one request can
-- look for; no method if there is no way to look.  By a marker a search finds them, though
-- not those of the last seconds: its index lags behind.
CREATE FUNCTION pendo._hubspot_look(work jsonb, numbers bigint[])
RETURNS pendo._step
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    searched CONSTANT int := 5;         -- groups of filters in a search
    key_field text := work ->> 'key_field';
    marked text := pendo._hubspot_marked_property(work ->> 'object');
    step pendo._step;
BEGIN
    IF key_field IS NULL AND work ->> 'operation' = 'create' THEN
        IF marked IS NULL THEN
            RETURN step;
        END IF;
        numbers := ARRAY(SELECT n FROM unnest(numbers) n ORDER BY n LIMIT searched);
        step.path := pendo._hubspot_path(work, 'search');
        SELECT json_build_object(
                   'filterGroups', json_agg(json_build_object('filters', json_build_array(json_build_object(
                       'propertyName', marked, 'operator', 'CONTAINS_TOKEN', 'value', pendo._marker(i ->> 'key'))))),
                   'properties', json_build_array(marked),
                   'limit', 100)
          INTO step.body
          FROM jsonb_array_elements(work -> 'items') i
         WHERE (i ->> 'item')::bigint = ANY (numbers);
    ELSE
        step.path := pendo._hubspot_path(work, 'batch/read');
        SELECT json_strip_nulls(json_build_object(
                   'idProperty', key_field,
                   'properties', (SELECT json_agg(p.name) FROM (
                        SELECT key_field AS name WHERE key_field IS NOT NULL
                        UNION SELECT k FROM jsonb_array_elements(work -> 'items') i, jsonb_object_keys(i -> 'fields') k) p),
                   'propertiesWithHistory', json_build_array(),
                   'inputs', json_agg(json_build_object('id', i ->> 'key'))))
          INTO step.body
          FROM jsonb_array_elements(work -> 'items') i
         WHERE (i ->> 'item')::bigint = ANY (numbers);
    END IF;
    step.method := 'POST';
    step.state := jsonb_build_object('asked', 'look', 'sent', numbers);
    RETURN step;
END
$$;
REVOKE ALL ON FUNCTION pendo._hubspot_look(jsonb, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_look(jsonb, bigint[]) IS 'the request that looks for the records of these items';
