-- The request that looks for the records of these items, or of as many as its address has
-- room for.  Salesforce takes 16 kB with all headers, and a session's token may be long.
CREATE FUNCTION pendo._salesforce_look(work jsonb, numbers bigint[])
RETURNS pendo._step
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    room CONSTANT int := 8000;
    marked text := pendo._salesforce_marked_field(work);
    name text := coalesce(marked, work ->> 'key_field', 'Id');
    compared text[] := CASE WHEN marked IS NULL AND work ->> 'operation' <> 'create' AND work @? '$.items[0].look ? (@ == true)'
                            THEN pendo._salesforce_selected(work) END;
    query text;
    keys text;
    sent bigint[];
    step pendo._step;
BEGIN
    IF length(array_to_string(compared, ',')) > room / 2 THEN
        compared := NULL;           -- too many to be asked for: what is there is written again
    END IF;
    query := pendo._url_encode(format('SELECT %s FROM %s WHERE %s IN (',
        concat_ws(',', 'Id', nullif(name, 'Id'), nullif(array_to_string(compared, ','), '')), work ->> 'object', name));
    SELECT array_agg(k.item), string_agg(k.literal, '%2C')
      INTO sent, keys
      FROM (SELECT l.item, l.literal, sum(length(l.literal) + 3) OVER (ORDER BY l.item) AS until,
                   row_number() OVER (ORDER BY l.item) AS place
              FROM (SELECT (i ->> 'item')::bigint AS item,
                           pendo._url_encode(CASE
                               WHEN marked IS NOT NULL
                               THEN pendo._salesforce_literal(pendo._marked(i -> 'fields' ->> marked, i ->> 'key', 255))
                               WHEN jsonb_typeof(pendo._salesforce_key(i, name)) = 'number' THEN i ->> 'key'
                               ELSE pendo._salesforce_literal(i ->> 'key') END) AS literal
                      FROM jsonb_array_elements(work -> 'items') i) l
             WHERE l.item = ANY (numbers)) k
     WHERE k.place = 1 OR length(query) + k.until < room;
    step.method := 'GET';
    step.path := pendo._salesforce_path(work, 'query?q=' || query || keys || '%29');
    step.state := jsonb_build_object('asked', 'look', 'sent', sent);
    RETURN step;
END
$$;
REVOKE ALL ON FUNCTION pendo._salesforce_look(jsonb, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._salesforce_look(jsonb, bigint[]) IS 'the request that looks for the records of these items';
