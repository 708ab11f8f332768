-- Let the flows of a model take its new signals: for each flow whose condition holds one
-- item into the outbox for each CRM in which the account or the visitor matches, once for
-- ever.  A signal without a match is tried again for seven days after it was detected.
-- Signals that are history, or held, are left alone.
-- Out: how many items were written, by flow and CRM.  Errors: the model is not the current
-- role's.  A flow that fails is told by pendo.problem, and its signals wait.
CREATE FUNCTION pendo.run_flows(schema name DEFAULT 'local')
RETURNS TABLE (flow text, connection name, items bigint)
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    m pendo.model := pendo._enter_signals(schema);
    zone text := (SELECT c.time_zone FROM model_connection c);
    todo pendo._wanted[];
    wanted pendo._wanted[];
    blocked pendo._wanted[] := '{}';
    written pendo._wanted[] := '{}';
    hit record;
    queued record;
BEGIN
    PERFORM pendo._settle_flows();
    PERFORM pendo._add_comments();
    PERFORM pendo._note_strange_flows(schema);
    SELECT array_agg(ROW(NULL, s.kind, s.fact, false)::pendo._wanted) INTO todo
      FROM (SELECT s.kind, s.fact FROM signal s
             WHERE NOT s.is_backfill
               AND (s.state = 'new'
                    OR s.state = 'ignored' AND s.reason = 'no match'
                       AND s.detected_at > now() - interval '7 days')
             ORDER BY s.happened_at
               FOR UPDATE SKIP LOCKED) s;
    IF todo IS NULL THEN
        RETURN;
    END IF;
    wanted := pendo._wanted_signals(schema, todo);
    blocked := ARRAY(SELECT w FROM unnest(wanted) w WHERE w.is_blocked);
    FOR hit IN
        WITH taken AS (
            SELECT w.flow, s.*
              FROM unnest(wanted) w JOIN signal s ON s.kind = w.kind AND s.fact = w.fact
             WHERE NOT w.is_blocked),
        matched AS MATERIALIZED (
            SELECT d.* FROM match d
             WHERE d.pendo_kind = 'account' AND d.pendo_id IN (SELECT t.account_id FROM taken t)
                OR d.pendo_kind = 'visitor' AND d.pendo_id IN (SELECT t.visitor_id FROM taken t))
        SELECT t.flow, t.kind, t.fact, c.connection AS crm, a.crm_id AS account_crm_id,
               v.crm_id AS contact_crm_id,
               to_jsonb(f.*) || to_jsonb(t.*) || jsonb_build_object(
                   'crm', c.connection,
                   'account_crm_id', a.crm_id, 'account_name', a.crm_name, 'account_owner', a.owner_id,
                   'contact_crm_id', v.crm_id, 'contact_name', v.crm_name, 'contact_owner', v.owner_id)
                   AS item
          FROM taken t
          JOIN effective_flow f ON f.name = t.flow
         CROSS JOIN LATERAL (
               SELECT DISTINCT d.connection FROM matched d
                WHERE (d.pendo_kind, d.pendo_id) IN (('account', t.account_id), ('visitor', t.visitor_id))
                  AND coalesce(f.connection, d.connection) = d.connection) c
          LEFT JOIN matched a ON a.connection = c.connection AND a.pendo_kind = 'account'
                             AND a.pendo_id = t.account_id
          LEFT JOIN matched v ON v.connection = c.connection AND v.pendo_kind = 'visitor'
                             AND v.pendo_id = t.visitor_id
         WHERE pendo._connector(c.connection) IS NOT NULL
         ORDER BY t.happened_at, t.kind, t.fact, t.flow, c.connection
    LOOP
        BEGIN
            INSERT INTO flow_run (flow, kind, fact, connection, crm_account_id, crm_contact_id)
            VALUES (hit.flow, hit.kind, hit.fact, hit.crm, hit.account_crm_id, hit.contact_crm_id)
            ON CONFLICT DO NOTHING;
            IF FOUND THEN
                SELECT * INTO queued FROM pendo._enqueue_task(hit.item, zone);
                UPDATE flow_run r SET item = queued.item, key = queued.key
                 WHERE r.flow = hit.flow AND r.kind = hit.kind AND r.fact = hit.fact
                   AND r.connection = hit.crm;
                written := written || ROW(hit.flow, hit.crm, NULL, false)::pendo._wanted;
            END IF;
        EXCEPTION WHEN OTHERS THEN
            PERFORM pendo._note_signal_state(schema, 'flow', hit.flow, NULL, SQLERRM);
            blocked := blocked || ROW(hit.flow, hit.kind, hit.fact, true)::pendo._wanted;
        END;
    END LOOP;
    UPDATE signal s
       SET state = n.state, reason = n.reason, changed_at = now()
      FROM (SELECT t.kind, t.fact,
                   CASE WHEN r.is_there THEN 'flowed' ELSE 'ignored' END AS state,
                   CASE WHEN r.is_there THEN NULL WHEN w.is_there THEN 'no match' ELSE 'no flow' END AS reason
              FROM unnest(todo) t
             CROSS JOIN LATERAL (
                   SELECT EXISTS (SELECT FROM flow_run r WHERE r.kind = t.kind AND r.fact = t.fact)) AS r (is_there)
             CROSS JOIN LATERAL (
                   SELECT EXISTS (SELECT FROM unnest(wanted) w WHERE w.kind = t.kind AND w.fact = t.fact))
                   AS w (is_there)
             WHERE NOT EXISTS (SELECT FROM unnest(blocked) b WHERE b.kind = t.kind AND b.fact = t.fact)) n
     WHERE s.kind = n.kind AND s.fact = n.fact
       AND (s.state, s.reason) IS DISTINCT FROM (n.state, n.reason);
    RETURN QUERY
        SELECT w.flow, w.kind::name, count(*) FROM unnest(written) w GROUP BY 1, 2 ORDER BY 1, 2;
END
$$;
REVOKE ALL ON FUNCTION pendo.run_flows(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo.run_flows(name) IS 'let the flows of a model take its new signals';
