-- Results of the items that were sent, if it is as it nearly always is: the answer has a result
-- for each of them, named by its trace id, and no error.  Else NULL.
CREATE FUNCTION pendo._hubspot_plain(sent jsonb, answer jsonb, operation text)
RETURNS jsonb
LANGUAGE c STRICT STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pendo_hubspot_plain';
REVOKE ALL ON FUNCTION pendo._hubspot_plain(jsonb, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_plain(jsonb, jsonb, text) IS 'results of items, if all went well';

-- What an answer to _hubspot_write says of each item that was sent.  Its results and errors
-- are in no order: they name an item by its trace id, else by its key.  An item that has
-- both has failed.
CREATE FUNCTION pendo._hubspot_written(work jsonb, state jsonb, answer jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    operation text := work ->> 'operation';
    key_field text := work ->> 'key_field';
    unclear text := 'the answer says nothing of this item';
    plain jsonb := pendo._hubspot_plain(state -> 'sent', answer, operation);
BEGIN
    IF plain IS NOT NULL THEN
        RETURN plain;
    END IF;
    RETURN (
        WITH sent AS MATERIALIZED (
            SELECT (i ->> 'item')::bigint AS item, lower(btrim(i ->> 'key')) AS key
              FROM jsonb_array_elements(state -> 'sent') s
              JOIN jsonb_array_elements(work -> 'items') i ON i -> 'item' = s),
        name AS (       -- how an item may be called
            SELECT item, 'trace ' || item AS name FROM sent
            UNION ALL SELECT item, 'key ' || key FROM sent),
        done AS (
            SELECT DISTINCT ON (n.item) n.item, r.record
              FROM (SELECT r AS record, coalesce('trace ' || (r ->> 'objectWriteTraceId'),
                           'key ' || lower(btrim(CASE WHEN key_field IS NOT NULL THEN r -> 'properties' ->> key_field
                                                      WHEN operation = 'update' THEN r ->> 'id' END))) AS name
                      FROM jsonb_path_query(answer, 'lax $.results[*]') r) r
              JOIN name n USING (name)),
        failed AS (
            SELECT DISTINCT ON (n.item) n.item, (f.problem).code, (f.problem).message
              FROM (SELECT e -> 'context' AS context, pendo._hubspot_problem(e) AS problem
                      FROM jsonb_path_query(answer, 'lax $.errors[*]') e) f,
                   LATERAL (SELECT 'trace ' || (t #>> '{}') FROM jsonb_path_query(f.context, 'lax $.objectWriteTraceId[*]') t
                            UNION ALL
                            SELECT 'key ' || lower(btrim(k #>> '{}'))
                              FROM jsonb_path_query(jsonb_build_array(f.context -> 'ids', f.context -> 'id'), 'lax $[*][*] ? (@ != null)') k
                             WHERE NOT f.context ? 'objectWriteTraceId') AS c (name)
              JOIN name n USING (name))
        SELECT coalesce(jsonb_agg(
                   CASE WHEN f.item IS NOT NULL
                        THEN jsonb_build_object('item', s.item, 'outcome', 'failed', 'code', f.code, 'message', f.message)
                        WHEN d.item IS NOT NULL
                        THEN jsonb_build_object('item', s.item, 'outcome', 'delivered', 'remote_id', d.record ->> 'id',
                                                'is_created', CASE jsonb_typeof(d.record -> 'new') WHEN 'boolean' THEN d.record -> 'new'
                                                                                               ELSE to_jsonb(operation = 'create') END)
                        ELSE jsonb_build_object('item', s.item, 'outcome', 'failed', 'code', 'NO_RESULT', 'message', unclear) END), '[]')
          FROM sent s LEFT JOIN done d USING (item) LEFT JOIN failed f USING (item));
END
$$;
REVOKE ALL ON FUNCTION pendo._hubspot_written(jsonb, jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION pendo._hubspot_written(jsonb, jsonb, jsonb) IS 'what an answer says of each item that was written';
