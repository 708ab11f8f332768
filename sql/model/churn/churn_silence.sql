-- Accounts in which nobody did anything for some days, anonymous visitors
-- included: they too are somebody there.
CREATE VIEW churn_silence WITH (security_invoker = true) AS
WITH silent AS (
    SELECT a.account_id, a.last_day, m.day - a.last_day AS days,
           t.least_visitors
      FROM scored_account a
     CROSS JOIN model_day m
      JOIN effective_churn_threshold t ON t.kind = 'silence'
     WHERE m.day - a.last_day BETWEEN t.days AND t.forget_days)
SELECT s.account_id, s.last_day, s.days,
       count(DISTINCT v.visitor_id) AS previous
  FROM silent s
  JOIN active_visitor_day v ON v.account_id = s.account_id
                           AND v.day > s.last_day - 28
 GROUP BY s.account_id, s.last_day, s.days, s.least_visitors
HAVING count(DISTINCT v.visitor_id) >= s.least_visitors;
REVOKE ALL ON churn_silence FROM PUBLIC;
COMMENT ON VIEW churn_silence IS 'accounts that have gone silent';
COMMENT ON COLUMN churn_silence.account_id IS 'account';
COMMENT ON COLUMN churn_silence.last_day IS 'last day with an event';
COMMENT ON COLUMN churn_silence.days IS 'days since then';
COMMENT ON COLUMN churn_silence.previous IS
    'identified visitors in the 28 days that ended with last_day';
