-- Look for facts worth acting on in a model, and record those that are new in its table
-- signal.  What was so before the model began is recorded, too, and marked: it is no news.
-- If there are more of a kind than signal_limit allows, they are held until a person lets
-- them go (pendo.release_signals) or not (pendo.ignore_signals), and so are later ones.
-- Churn is looked for once the days it is told from are complete.
-- Out: how many signals of each kind are new, by state.  Errors: the model is not the
-- current role's.
CREATE FUNCTION pendo.detect(schema name DEFAULT 'local')
RETURNS TABLE (kind text, state text, signals bigint)
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    m pendo.model := pendo._enter_signals(schema);
    began timestamptz := pendo._news_begin(m);
    with_churn boolean;
    facts pendo._signal_fact[];
    held text[];
BEGIN
    -- Two at once would both count less than all.
    PERFORM pg_advisory_xact_lock('pendo.signal_state'::regclass::oid::integer,
                                  to_regclass('signal')::oid::integer);
    SELECT pendo._is_complete(schema, (d.day + 1)::timestamp AT TIME ZONE c.time_zone)
      INTO with_churn FROM model_day d, model_connection c;
    held := ARRAY(SELECT DISTINCT s.kind FROM signal s WHERE s.state = 'held');
    RETURN QUERY
        WITH added AS (
            INSERT INTO signal (kind, fact, connection, visitor_id, account_id, happened_at, title,
                                state, reason, is_backfill)
            SELECT f.kind, f.fact, m.connection, f.visitor_id, f.account_id, f.happened_at, f.title,
                   'ignored', 'history', true
              FROM signal_fact f
              LEFT JOIN effective_signal_limit l ON l.kind = f.kind
             WHERE NOT f.is_open AND f.happened_at < began AND coalesce(l.is_enabled, true)
               AND NOT EXISTS (SELECT FROM signal s WHERE s.kind = f.kind AND s.fact = f.fact)
            ON CONFLICT DO NOTHING
            RETURNING kind, state)
        SELECT a.kind, a.state, count(*) FROM added a GROUP BY 1, 2 ORDER BY 1, 2;
    SELECT array_agg(ROW(f.kind, f.fact, f.visitor_id, f.account_id, f.happened_at, f.title, f.context,
                         f.is_open, f.seen_at, f.happened_at < began)::pendo._signal_fact)
      INTO facts
      FROM (SELECT c.* FROM signal_fact c
             WHERE NOT c.is_open AND c.happened_at >= began
               AND NOT EXISTS (SELECT FROM signal s WHERE s.kind = c.kind AND s.fact = c.fact)
            UNION ALL
            SELECT c.* FROM signal_fact c WHERE c.is_open AND with_churn) f
      LEFT JOIN effective_signal_limit l ON l.kind = f.kind
     WHERE coalesce(l.is_enabled, true);
    IF with_churn THEN
        -- Episodes that are over: it is so no longer, or is so anew.
        UPDATE signal s SET is_open = false
         WHERE s.is_open
           AND NOT EXISTS (SELECT FROM unnest(facts) f
                            WHERE f.kind = s.kind AND f.account_id = s.account_id AND f.is_open
                              AND (f.fact = s.fact OR f.happened_at <= s.seen_at));
        UPDATE signal s SET seen_at = f.seen_at
          FROM unnest(facts) f
         WHERE s.is_open AND f.is_open AND f.kind = s.kind AND f.account_id = s.account_id
           AND s.seen_at IS DISTINCT FROM f.seen_at;
    END IF;
    RETURN QUERY
        WITH added AS (
            INSERT INTO signal (kind, fact, connection, visitor_id, account_id, happened_at, title,
                                context, state, reason, is_backfill, is_open, seen_at)
            SELECT n.kind, n.fact, m.connection, n.visitor_id, n.account_id, n.happened_at, n.title,
                   n.context,
                   CASE WHEN n.is_backfill THEN 'ignored'
                        WHEN n.at_once > coalesce(l.max_at_once, 50) OR n.kind = ANY (held) THEN 'held'
                        ELSE 'new' END,
                   CASE WHEN n.is_backfill THEN 'history' END,
                   n.is_backfill, n.is_open, n.seen_at
              FROM (SELECT f.*,
                           count(*) FILTER (WHERE NOT f.is_backfill) OVER (PARTITION BY f.kind) AS at_once
                      FROM unnest(facts) f
                     WHERE NOT EXISTS (SELECT FROM signal s WHERE s.kind = f.kind AND s.fact = f.fact)
                       AND NOT EXISTS (SELECT FROM signal s
                                        WHERE s.is_open AND f.is_open
                                          AND s.kind = f.kind AND s.account_id = f.account_id)) n
              LEFT JOIN effective_signal_limit l ON l.kind = n.kind
            ON CONFLICT DO NOTHING
            RETURNING kind, state)
        SELECT a.kind, a.state, count(*) FROM added a GROUP BY 1, 2 ORDER BY 1, 2;
    PERFORM pendo._add_comments();
    PERFORM pendo._note_held(schema);
    PERFORM pendo._note_signal_state(schema, 'detection', '', NULL, NULL);
END
$$;
REVOKE ALL ON FUNCTION pendo.detect(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo.detect(name) IS 'record facts worth acting on that are new in a model';
