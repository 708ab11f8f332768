-- Accounts at risk on the last day, one row an account and kind, with what a
-- person wants to know before calling.  A drop lives as long as churn_drop has not
-- been clear since it began; one below the line on one day and just above on the
-- next is one risk, not two.
CREATE VIEW churn_risk WITH (security_invoker = true) AS
WITH run AS (
    SELECT account_id, day, current, previous,
           day - coalesce(max(day) FILTER (WHERE NOT is_down) OVER so_far,
                          min(day) OVER so_far - 1) AS days_down,
           max(day) FILTER (WHERE is_clear) OVER (PARTITION BY account_id)
               AS last_clear
      FROM churn_drop
    WINDOW so_far AS (PARTITION BY account_id ORDER BY day)),
fallen AS (
    SELECT r.account_id, t.share,
           min(r.day) FILTER (WHERE r.days_down >= t.for_days
                                AND (r.last_clear IS NULL
                                     OR r.day > r.last_clear))
               - t.for_days + 1 AS since,
           max(r.current) FILTER (WHERE r.day = m.day) AS current,
           max(r.previous) FILTER (WHERE r.day = m.day) AS previous
      FROM run r
     CROSS JOIN model_day m
      JOIN effective_churn_threshold t ON t.kind = 'drop' AND t.is_enabled
     GROUP BY r.account_id, t.share, t.for_days),
risk AS MATERIALIZED (
    SELECT account_id, 'drop' AS kind, since, current, previous,
           round((1 - share) * previous, 2) AS threshold
      FROM fallen
     WHERE since IS NOT NULL
    UNION ALL
    SELECT s.account_id, 'silence', s.last_day + 1, s.days, s.previous, t.days
      FROM churn_silence s
      JOIN effective_churn_threshold t ON t.kind = 'silence' AND t.is_enabled),
last_nps AS MATERIALIZED (
    SELECT DISTINCT ON (account_id) account_id,
           jsonb_build_object('score', score, 'day', day,
                              'visitor_id', nullif(visitor_id, '')) AS answer
      FROM nps_answer
     WHERE account_id IN (SELECT r.account_id FROM risk r)
     ORDER BY account_id, browser_time DESC, score, visitor_id)
SELECT r.account_id, r.kind, r.since,
       r.current::numeric AS current,
       r.previous::numeric AS previous,
       r.threshold::numeric AS threshold,
       jsonb_build_object(
           'last_day', d.last_day,
           'days_inactive', m.day - d.last_day,
           'last_features', coalesce(f.list, '[]'),
           'last_nps', n.answer) AS context,
       m.day AS as_of
  FROM risk r
 CROSS JOIN model_day m
  LEFT JOIN last_nps n ON n.account_id = r.account_id
 CROSS JOIN LATERAL (
       SELECT max(a.day) AS last_day
         FROM account_day a
        WHERE a.account_id = r.account_id AND a.day <= m.day) AS d
 CROSS JOIN LATERAL (
       SELECT jsonb_agg(jsonb_build_object('feature_id', u.feature_id,
                                           'name', g.name, 'day', u.day)
                        ORDER BY u.day DESC, u.events DESC, u.feature_id) AS list
         FROM (SELECT l.*
                 FROM (SELECT DISTINCT ON (d.feature_id)
                              d.feature_id, d.day, d.events
                         FROM feature_day d
                        WHERE d.account_id = r.account_id AND d.feature_id <> ''
                          AND d.day <= m.day
                        ORDER BY d.feature_id, d.day DESC) AS l
                ORDER BY l.day DESC, l.events DESC, l.feature_id
                LIMIT 5) AS u
         LEFT JOIN feature g ON g.id = u.feature_id) AS f;
REVOKE ALL ON churn_risk FROM PUBLIC;
COMMENT ON VIEW churn_risk IS 'accounts at risk of leaving, and how one knows';
COMMENT ON COLUMN churn_risk.account_id IS 'account';
COMMENT ON COLUMN churn_risk.kind IS
    'drop: far fewer weekly visitors than before; silence: nobody at all';
COMMENT ON COLUMN churn_risk.since IS
    'first day of it; of a drop at most 56 days back';
COMMENT ON COLUMN churn_risk.current IS
    'drop: weekly active visitors; silence: days without an event';
COMMENT ON COLUMN churn_risk.previous IS
    'drop: their average in four weeks before; silence: visitors in its last 28 days';
COMMENT ON COLUMN churn_risk.threshold IS
    'drop: weekly active visitors at which it begins; silence: days';
COMMENT ON COLUMN churn_risk.context IS
    'last_day, days_inactive, last_features (five: feature_id, name, day), last_nps (score, day, visitor_id)';
COMMENT ON COLUMN churn_risk.as_of IS 'day on which it is so';
