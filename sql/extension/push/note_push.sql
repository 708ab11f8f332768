-- Note what came of items that pushes wrote; called by what delivers them, in the
-- transaction that records it.  In: the work with its items ("item", "key", "fields",
-- "source"), which may be of several pushes or of none; results, each with "item" and
-- "outcome" (delivered or unchanged; failed: for good; others are passed over) and what
-- came with it ("remote_id", "code", "message"); the organisation that it went to.
CREATE FUNCTION pendo._note_push(work jsonb, results jsonb, org text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off     -- a hundred records of a million, whatever the planner
SET enable_mergejoin = off    -- believes of a function's rows
AS $$
DECLARE
    there CONSTANT text := coalesce(org, '');
BEGIN
    IF NOT work @? '$.items[*].source ? (@ starts with "push ")' THEN
        RETURN;
    END IF;
    -- A record of an organisation not known till now is of this one; an item that was meant
    -- for another was not delivered to that one, and will be wanted there again.
    -- Where a record is to be found is told before the records are joined, by their whole
    -- key.
    WITH note AS MATERIALIZED (
        SELECT p.name AS push, i.key, i.item, i.fields, p.org AS last_org,
               CASE WHEN EXISTS (SELECT FROM pendo.push_record k
                                  WHERE k.push = p.name AND k.org = there AND k.key = i.key)
                    THEN there ELSE '' END AS org,
               o.outcome <> 'failed' AS has_arrived, o.remote_id, o.code, o.message
          FROM jsonb_to_recordset(work -> 'items') AS i (item bigint, key text, fields jsonb, source text)
          JOIN jsonb_to_recordset(results) AS o (item bigint, outcome text, remote_id text, code text, message text)
            USING (item)
          JOIN pendo.push p ON i.source = 'push ' || p.name
                           AND p.object = work ->> 'object'         -- as it is now
                           AND p.key_field IS NOT DISTINCT FROM work ->> 'key_field'
         WHERE o.outcome IN ('delivered', 'unchanged', 'failed')),
    elsewhere AS (
        UPDATE pendo.push_record r SET wanted = NULL, hash = NULL
          FROM note n
         WHERE n.last_org NOT IN ('', there)
           AND r.push = n.push AND r.org = n.last_org AND r.key = n.key AND r.item = n.item)
    UPDATE pendo.push_record r
       SET org = there,
           delivered = CASE WHEN n.has_arrived THEN coalesce(r.delivered, '{}') || n.fields ELSE r.delivered END,
           delivered_at = CASE WHEN n.has_arrived THEN clock_timestamp() ELSE r.delivered_at END,
           remote_id = coalesce(n.remote_id, r.remote_id),
           failed_at = CASE WHEN NOT n.has_arrived THEN clock_timestamp() END,
           code = CASE WHEN NOT n.has_arrived THEN coalesce(n.code, 'FAILED') END,
           message = CASE WHEN NOT n.has_arrived THEN n.message END
      FROM note n
     WHERE r.push = n.push AND r.org = n.org AND r.key = n.key;
END
$$;
REVOKE ALL ON FUNCTION pendo._note_push(jsonb, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._note_push(jsonb, jsonb, text) IS 'note what came of items that pushes wrote';
