-- One step of a delivery to Salesforce.  First call: without an answer; then with
-- the answer to what the last step asked for.  Looking comes before writing, if the items
-- ask for it, and always for an update by key: such a call takes ids alone.  Either may
-- take several requests.
CREATE FUNCTION pendo._salesforce_step(work jsonb, state jsonb, answer jsonb)
RETURNS pendo._step
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    asked text := state ->> 'asked';
    operation text := work ->> 'operation';
    key_field text := work ->> 'key_field';
    ids jsonb := coalesce(state -> 'ids', '{}');
    more text := CASE WHEN asked = 'look' AND answer @> '{"done": false}'
                      THEN substring(answer ->> 'nextRecordsUrl' FROM '^/services/data/.*') END;
    results jsonb := '[]';
    rest bigint[];
    looked bigint[];
    step pendo._step;
BEGIN
    IF asked = 'write' THEN
        results := pendo._salesforce_written(work, state, answer);
    ELSIF asked = 'look' THEN
        IF operation = 'update' AND key_field IS NOT NULL THEN
            ids := ids || coalesce((SELECT jsonb_object_agg(m.item, m.id) FROM pendo._salesforce_match(work, state, answer) m), '{}');
        END IF;
        results := pendo._salesforce_looked(work, state, answer, ids, more IS NULL);
    ELSIF operation = 'upsert' AND key_field IS NULL THEN
        results := pendo._all_failed(work -> 'items', 'KEY_FIELD_NEEDED',
                                     'an upsert needs the external id field that identifies a record');
    END IF;
    rest := pendo._without_result(work -> 'items', results);
    looked := ARRAY(SELECT n::bigint
                      FROM jsonb_array_elements(coalesce(state -> 'looked', '[]') || coalesce(state -> 'sent', '[]')) n);
    IF more IS NOT NULL THEN
        step.method := 'GET';
        step.path := more;
        step.state := state || jsonb_build_object('ids', ids);
    ELSIF rest = '{}' THEN
        NULL;
    ELSIF asked IS DISTINCT FROM 'write' AND NOT rest <@ looked
       AND (operation = 'update' AND key_field IS NOT NULL
            OR work @? '$.items[0].look ? (@ == true)'
               AND (key_field IS NOT NULL OR operation = 'update' OR pendo._salesforce_marked_field(work) IS NOT NULL)) THEN
        step := pendo._salesforce_look(work, ARRAY(SELECT n FROM unnest(rest) n WHERE n <> ALL (looked)));
        step.state := step.state || jsonb_build_object('looked', looked, 'ids', ids);
    ELSE
        step := pendo._salesforce_write(work, rest, ids);
    END IF;
    step.results := results;
    RETURN step;
END
$$;
REVOKE ALL ON FUNCTION pendo._salesforce_step(jsonb, jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_step(jsonb, jsonb, jsonb) IS 'one step of a delivery to Salesforce';
