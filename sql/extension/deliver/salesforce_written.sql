-- What an answer to _salesforce_write says of each item that was sent: results come in the
-- order of the records.  If their number is another, nothing is known.
CREATE FUNCTION pendo._salesforce_written(work jsonb, state jsonb, answer jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    sent jsonb := state -> 'sent';
    is_create boolean := work ->> 'operation' = 'create';
BEGIN
    IF jsonb_typeof(answer) IS DISTINCT FROM 'array' OR jsonb_array_length(answer) <> jsonb_array_length(sent) THEN
        RETURN pendo._all_failed((SELECT jsonb_agg(jsonb_build_object('item', s)) FROM jsonb_array_elements(sent) s),
                                 'NO_RESULT', 'the answer has not as many results as records were sent');
    END IF;
    RETURN (
        SELECT jsonb_agg(
                   CASE WHEN r.result @> '{"success": true}'
                        THEN jsonb_build_object('item', s.item, 'outcome', 'delivered', 'remote_id', r.result ->> 'id',
                                                'is_created', CASE jsonb_typeof(r.result -> 'created') WHEN 'boolean' THEN r.result -> 'created'
                                                                                                  ELSE to_jsonb(is_create) END)
                        ELSE (SELECT jsonb_build_object('item', s.item, 'outcome', 'failed',
                                                        'code', coalesce(p.code, 'NO_RESULT'),
                                                        'message', coalesce(p.message, 'the answer says nothing of this record'))
                                FROM pendo._salesforce_problem(r.result -> 'errors') p) END)
          FROM jsonb_array_elements(sent) WITH ORDINALITY s (item, place)
          JOIN jsonb_array_elements(answer) WITH ORDINALITY r (result, place) USING (place));
END
$$;
REVOKE ALL ON FUNCTION pendo._salesforce_written(jsonb, jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_written(jsonb, jsonb, jsonb) IS 'what an answer says of each item that was written';
