-- Stickiness of each account on the last day: its visitor-days of the month over
-- what they would be if each of its visitors came every day.
CREATE VIEW account_stickiness WITH (security_invoker = true) AS
SELECT account_id,
       days,
       count(*) AS visitor_days,
       count(DISTINCT visitor_id) AS monthly,
       round(100.0 * count(*) / (days * count(DISTINCT visitor_id)), 1)
           AS percent
  FROM (SELECT DISTINCT v.account_id, v.visitor_id, v.day, p.days
          FROM effective_metric_period p
          JOIN active_visitor_day v
            ON v.day > (SELECT m.day FROM model_day m) - p.days
         WHERE p.period = 'monthly' AND v.account_id <> '') AS d
 GROUP BY account_id, days;
REVOKE ALL ON account_stickiness FROM PUBLIC;
COMMENT ON VIEW account_stickiness IS
    'stickiness of each account in the month that ends with the last day';
COMMENT ON COLUMN account_stickiness.account_id IS 'account';
COMMENT ON COLUMN account_stickiness.days IS 'days of the month';
COMMENT ON COLUMN account_stickiness.visitor_days IS
    'its visitors of each day, added up';
COMMENT ON COLUMN account_stickiness.monthly IS
    'its visitors of the month, each once';
COMMENT ON COLUMN account_stickiness.percent IS
    'visitor_days / (days * monthly), in percent';
