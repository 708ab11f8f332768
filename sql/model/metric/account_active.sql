-- rolling_active for each account.  Sparse: days without a visitor have no row.
-- A visitor of two accounts counts in each.  A visitor counts from an appearance on
-- until one that no other follows within the period, and as long as that lasts; so
-- only the two ends of such a time are counted up, and most rows are neither.  The
-- account is in every partition, so a query for one account reads that account only.
CREATE VIEW account_active WITH (security_invoker = true) AS
WITH period AS MATERIALIZED (           -- adoption is of the last day alone
    SELECT period, days
      FROM effective_metric_period
     WHERE period <> 'adoption'),
appearance AS (         -- of two applications on one day twice: 0 days apart
    SELECT account_id, day,
           coalesce(day - lag(day) OVER of_visitor, 2147483647) AS days_before,
           coalesce(lead(day) OVER of_visitor - day, 2147483647) AS days_after
      FROM active_visitor_day
     WHERE account_id <> ''
    WINDOW of_visitor AS (PARTITION BY account_id, visitor_id ORDER BY day)),
net AS (                -- comes after a longer time, or stays away for one
    SELECT p.period, a.account_id, c.day, sum(c.sign)::integer AS n
      FROM period p
     CROSS JOIN (SELECT *
                   FROM appearance
                  WHERE greatest(days_before, days_after)     -- most are not
                      > (SELECT min(days) FROM period)) AS a
     CROSS JOIN LATERAL (VALUES (a.day, 1, a.days_before),
                                (a.day + p.days, -1, a.days_after))
                AS c (day, sign, days)
     WHERE c.days > p.days
     GROUP BY p.period, a.account_id, c.day
    HAVING sum(c.sign) <> 0),
step AS (
    SELECT period, account_id, day,
           sum(n) OVER so_far AS visitors,
           lead(day) OVER so_far AS next_day
      FROM net
    WINDOW so_far AS (PARTITION BY period, account_id ORDER BY day))
SELECT s.period,
       s.day + n AS day,
       s.account_id,
       s.visitors
  FROM step s
 CROSS JOIN LATERAL generate_series(0,
       least(s.next_day - 1, (SELECT m.day FROM model_day m)) - s.day) AS n
 WHERE s.visitors > 0;
REVOKE ALL ON account_active FROM PUBLIC;
COMMENT ON VIEW account_active IS
    'distinct visitors of each account in the period that ends with each day';
COMMENT ON COLUMN account_active.period IS
    'period, of effective_metric_period';
COMMENT ON COLUMN account_active.day IS 'last day of the period';
COMMENT ON COLUMN account_active.account_id IS 'account';
COMMENT ON COLUMN account_active.visitors IS
    'identified visitors with an event in the period, each once; never 0';
