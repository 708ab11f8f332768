-- Weekly active visitors of an account against its four weeks before, on each of
-- the last 56 days, for those accounts that are not clear on the last one: no other
-- can be at risk, and a glance at five weeks tells which.  Four weeks, so that one
-- week of holidays is no base; they move along, so a fall that lasts becomes the
-- new level after some weeks, and health shows it from then on.  Days are left out
-- until the four weeks are here.  Counts as rolling_active does.
CREATE VIEW churn_drop WITH (security_invoker = true) AS
WITH visitor_week AS (  -- 0 is the week that ends with the last day
    SELECT DISTINCT v.account_id, v.visitor_id, (m.day - v.day) / 7 AS week
      FROM active_visitor_day v
     CROSS JOIN model_day m
     WHERE v.account_id <> ''
       AND v.day > (SELECT d.day - 35 FROM model_day d)),
in_question AS (
    SELECT w.account_id
      FROM (SELECT account_id,
                   count(*) FILTER (WHERE week = 0) AS current,
                   count(*) FILTER (WHERE week > 0) / 4.0 AS previous
              FROM visitor_week
             GROUP BY account_id) AS w
      JOIN effective_churn_threshold t ON t.kind = 'drop'
      LEFT JOIN account a ON a.account_id = w.account_id
     WHERE w.previous >= t.least_visitors
       AND (w.current <= (1 - t.share) * w.previous
            OR w.current < t.clear_share * w.previous)
       AND a.deleted_at IS NULL),
appearance AS (
    SELECT account_id, day,
           lead(day) OVER (PARTITION BY account_id, visitor_id ORDER BY day)
               AS next_day
      FROM (SELECT DISTINCT account_id, visitor_id, day
              FROM active_visitor_day
             WHERE account_id IN (SELECT q.account_id FROM in_question q)
               AND day > (SELECT m.day - 90 FROM model_day m)) AS v),
change AS (
    SELECT a.account_id, c.day, c.sign
      FROM appearance a
     CROSS JOIN LATERAL (VALUES (a.day, 1), (least(a.day + 7, a.next_day), -1))
                AS c (day, sign)
    UNION ALL           -- every day is there, whatever happens on it
    SELECT a.account_id, c.day, 0
      FROM in_question a
     CROSS JOIN model_calendar c
     WHERE c.day > (SELECT m.day - 90 FROM model_day m)),
weekly AS (
    SELECT account_id, day,
           sum(sum(sign)) OVER (PARTITION BY account_id
                                ORDER BY day) AS visitors
      FROM change
     WHERE day <= (SELECT m.day FROM model_day m)
     GROUP BY account_id, day),
compared AS (
    SELECT account_id, day, visitors::bigint AS current,
           (lag(visitors, 7) OVER past + lag(visitors, 14) OVER past
            + lag(visitors, 21) OVER past + lag(visitors, 28) OVER past) / 4
               AS previous
      FROM weekly
    WINDOW past AS (PARTITION BY account_id ORDER BY day))
SELECT c.account_id, c.day, c.current, round(c.previous, 2) AS previous,
       c.previous >= t.least_visitors
           AND c.current <= (1 - t.share) * c.previous AS is_down,
       c.previous < t.least_visitors
           OR c.current > (1 - t.share) * c.previous
              AND c.current >= t.clear_share * c.previous AS is_clear
  FROM compared c
 CROSS JOIN model_day m
  JOIN effective_churn_threshold t ON t.kind = 'drop'
 WHERE c.day > m.day - 56
   AND c.day >= m.first_day + 34;
REVOKE ALL ON churn_drop FROM PUBLIC;
COMMENT ON VIEW churn_drop IS
    'weekly active visitors of accounts that may be at risk, against their four weeks before';
COMMENT ON COLUMN churn_drop.account_id IS 'account';
COMMENT ON COLUMN churn_drop.day IS 'last day of the week; the last 56 days';
COMMENT ON COLUMN churn_drop.current IS
    'identified visitors with an event in the week';
COMMENT ON COLUMN churn_drop.previous IS
    'average of the same in the weeks that ended 7, 14, 21 and 28 days before';
COMMENT ON COLUMN churn_drop.is_down IS
    'down by the share that begins a risk';
COMMENT ON COLUMN churn_drop.is_clear IS
    'back at the share that ends one, or too few before to tell';
