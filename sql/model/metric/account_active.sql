-- rolling_active for each account.  Sparse: days without a visitor have no row.
-- A visitor of two accounts counts in each.  The account is in every partition,
-- so a query for one account reads that account only.
CREATE VIEW account_active WITH (security_invoker = true) AS
WITH period AS NOT MATERIALIZED (       -- adoption is of the last day alone
    SELECT period, days
      FROM effective_metric_period
     WHERE period <> 'adoption'),
appearance AS (
    SELECT account_id, day,
           lead(day) OVER (PARTITION BY account_id, visitor_id ORDER BY day)
               AS next_day
      FROM (SELECT DISTINCT account_id, visitor_id, day
              FROM active_visitor_day
             WHERE account_id <> '') v),
net AS (
    SELECT p.period, a.account_id, c.day, sum(c.sign) AS n
      FROM period p
     CROSS JOIN appearance a
     CROSS JOIN LATERAL (VALUES (a.day, 1),
                                (least(a.day + p.days, a.next_day), -1))
                AS c (day, sign)
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
       s.visitors::bigint AS visitors
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
