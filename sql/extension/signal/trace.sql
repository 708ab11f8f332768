-- Follow facts of a model from what was read of Pendo to the record in the CRM: one fact of
-- a kind, or all of a visitor's.  With the rights of who asks, who needs to read the model's
-- tables.  Out: a row a step, oldest first.
CREATE FUNCTION pendo.trace(schema name, kind text DEFAULT NULL, fact text DEFAULT NULL,
                            visitor_id text DEFAULT NULL)
RETURNS TABLE (step integer, at timestamptz, what text, detail jsonb)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    IF fact IS NULL AND visitor_id IS NULL THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'neither a fact nor a visitor to follow',
            HINT = 'Say fact => ... (column fact of table signal), or visitor_id => ....';
    END IF;
    PERFORM set_config('search_path', format('%I, pg_temp', schema), true);
    IF to_regclass('signal') IS NULL OR NOT has_schema_privilege(schema::text, 'USAGE') THEN
        RAISE undefined_table USING
            MESSAGE = format('there are no signals in schema "%s", or none that you may read', schema),
            HINT = 'Name the schema of a model, and have USAGE on it and SELECT on its tables.';
    END IF;
    RETURN QUERY
        WITH s AS (
            SELECT g.*, row_number() OVER (ORDER BY g.happened_at, g.kind, g.fact) AS n FROM signal g
             WHERE g.kind = coalesce(trace.kind, g.kind) AND g.fact = coalesce(trace.fact, g.fact)
               AND (trace.visitor_id IS NULL OR g.visitor_id = trace.visitor_id)),
        r AS (
            SELECT s.n, r.* FROM s JOIN flow_run r ON r.kind = s.kind AND r.fact = s.fact),
        i AS (
            SELECT r.n, r.connection, i.* FROM r JOIN pendo._flow_item i ON i.item = r.item),
        all_steps AS (
            SELECT s.n, 1 AS part, p.browser_time AS at,
                   format('answer in nps_response: score %s', p.score) AS what,
                   jsonb_strip_nulls(jsonb_build_object('visitor_id', p.visitor_id, 'account_id', p.account_id,
                                                        'poll_id', p.poll_id, 'guide_id', p.guide_id)) AS detail
              FROM s JOIN nps_response p ON p.browser_time = s.happened_at
                                        AND nullif(p.visitor_id, '') IS NOT DISTINCT FROM s.visitor_id
             WHERE s.kind = 'nps_detractor' AND p.score BETWEEN 0 AND 6
            UNION ALL
            SELECT s.n, 2, s.happened_at, 'risk in churn_risk: ' || s.title, s.context
              FROM s WHERE s.is_open OR s.seen_at IS NOT NULL
            UNION ALL
            SELECT s.n, 3, s.detected_at, format('signal %s: %s', s.kind, s.title), s.context FROM s
            UNION ALL
            SELECT s.n, 4, s.changed_at, concat_ws(': ', 'signal ' || s.state, s.reason), NULL
              FROM s WHERE s.state <> 'flowed'
            UNION ALL
            SELECT s.n, 5, s.changed_at, format('%s has no record in %s: %s', u.pendo_kind, u.connection, u.reason), u.tried
              FROM s JOIN unmatched u ON (u.pendo_kind, u.pendo_id) IN (('account', s.account_id),
                                                                       ('visitor', s.visitor_id))
             WHERE s.reason = 'no match'
            UNION ALL
            SELECT s.n, 5, s.changed_at, format('%s has %s records in %s', c.pendo_kind, c.candidates, c.connection),
                   c.candidate_list
              FROM s JOIN match_conflict c ON (c.pendo_kind, c.pendo_id) IN (('account', s.account_id),
                                                                            ('visitor', s.visitor_id))
             WHERE s.reason = 'no match'
            UNION ALL
            SELECT r.n, 6, r.created_at, format('flow %s: item %s for %s', r.flow, r.item, r.connection),
                   jsonb_strip_nulls(jsonb_build_object('crm_account_id', r.crm_account_id,
                                                        'crm_contact_id', r.crm_contact_id))
              FROM r
            UNION ALL
            SELECT i.n, 7, i.at, i.what, i.detail FROM i
            UNION ALL
            SELECT d.n, 8, max(d.at), format('record %s in %s', d.remote_id, d.connection), NULL
              FROM (SELECT i.n, i.at, i.remote_id, i.connection FROM i
                    UNION ALL
                    SELECT r.n, r.settled_at, r.remote_id, r.connection FROM r) d
             WHERE d.remote_id IS NOT NULL
             GROUP BY d.n, d.remote_id, d.connection)
        SELECT row_number() OVER (ORDER BY a.n, a.part, a.at, a.what)::integer, a.at, a.what, a.detail
          FROM all_steps a
         ORDER BY 1;
END
$$;
REVOKE ALL ON FUNCTION pendo.trace(name, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.trace(name, text, text, text) IS
    'follow a fact from what was read of Pendo to the record in the CRM';
