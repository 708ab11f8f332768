-- What would be a signal now, recorded or not.  Answers count as they come; churn is told
-- from days that are complete (model_day), and is a fact of the day on which it came to be
-- a risk.
CREATE VIEW signal_fact WITH (security_invoker = true) AS
SELECT 'nps_detractor' AS kind,
       a.fact,
       a.visitor_id,
       a.account_id,
       a.browser_time AS happened_at,
       format('NPS %s', a.score) AS title,
       jsonb_strip_nulls(jsonb_build_object(
           'score', a.score, 'poll_id', a.poll_id, 'guide_id', a.guide_id,
           'app_id', a.app_id)) AS context,
       false AS is_open,
       NULL::timestamptz AS seen_at
  FROM (SELECT concat_ws('|', n.poll_id, n.visitor_id,
                         to_char(n.browser_time AT TIME ZONE 'UTC',
                                 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) AS fact,
               n.poll_id, n.guide_id, n.app_id, n.browser_time, n.score,
               nullif(n.visitor_id, '') AS visitor_id,
               nullif(n.account_id, '') AS account_id
          FROM (SELECT DISTINCT ON (browser_time, poll_id, visitor_id) *
                  FROM nps_response
                 WHERE score BETWEEN 0 AND 6 AND excluded IS NOT TRUE
                 ORDER BY browser_time, poll_id, visitor_id, score, account_id) AS n) AS a
UNION ALL
SELECT 'churn_' || r.kind,
       concat_ws('|', r.account_id, r.kind, r.since),
       NULL,
       r.account_id,
       (r.since + CASE r.kind WHEN 'drop' THEN t.for_days ELSE t.days END)::timestamp
           AT TIME ZONE m.time_zone,
       CASE r.kind
       WHEN 'drop' THEN format('%s weekly visitors, %s before', r.current, r.previous)
       ELSE format('nobody for %s days', r.current) END,
       jsonb_strip_nulls(jsonb_build_object(
           'risk', r.kind, 'since', r.since, 'current', r.current,
           'previous', r.previous, 'threshold', r.threshold, 'as_of', r.as_of)
           || r.context),
       true,
       (r.as_of + 1)::timestamp AT TIME ZONE m.time_zone
  FROM churn_risk r
 CROSS JOIN model_connection m
  JOIN effective_churn_threshold t ON t.kind = r.kind;
REVOKE ALL ON signal_fact FROM PUBLIC;
COMMENT ON VIEW signal_fact IS 'what would be a signal now, recorded or not';
COMMENT ON COLUMN signal_fact.kind IS 'nps_detractor, churn_drop or churn_silence';
COMMENT ON COLUMN signal_fact.fact IS
    'poll|visitor|time of an answer; account|risk|first day of a risk';
COMMENT ON COLUMN signal_fact.visitor_id IS 'who; NULL: nobody in particular, or not known';
COMMENT ON COLUMN signal_fact.account_id IS 'which account; NULL: none';
COMMENT ON COLUMN signal_fact.happened_at IS 'when it was answered, or came to be a risk';
COMMENT ON COLUMN signal_fact.title IS 'what it is, in a few words';
COMMENT ON COLUMN signal_fact.context IS
    'of an answer score, poll_id, guide_id, app_id; of a risk the columns of churn_risk and its context';
COMMENT ON COLUMN signal_fact.is_open IS 'an episode that lasts';
COMMENT ON COLUMN signal_fact.seen_at IS 'of an episode: end of the last day';
