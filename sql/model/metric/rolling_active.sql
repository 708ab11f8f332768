-- Distinct visitors and accounts of the period that ends with each day, for
-- every period.  To count without comparing each day with a month of rows: an
-- appearance is the latest one from its day until the same visitor's next, and
-- counts as long as that is not too old; so it adds one on its day and takes it
-- away when either ends, and the running sum is the number of distinct visitors.
CREATE VIEW rolling_active WITH (security_invoker = true) AS
WITH period AS NOT MATERIALIZED (       -- adoption is of the last day alone
    SELECT period, days
      FROM effective_metric_period
     WHERE period <> 'adoption'),
appearance AS (
    SELECT true AS is_visitor, day,
           lead(day) OVER (PARTITION BY visitor_id ORDER BY day) AS next_day
      FROM (SELECT DISTINCT visitor_id, day FROM active_visitor_day) v
    UNION ALL
    SELECT false, day,
           lead(day) OVER (PARTITION BY account_id ORDER BY day)
      FROM account_day
     WHERE account_id <> '' AND day <= (SELECT m.day FROM model_day m)),
alike AS (              -- many share both days: fewer rows from here on
    SELECT is_visitor, day, next_day, count(*) AS n
      FROM appearance
     GROUP BY is_visitor, day, next_day),
change AS (
    SELECT p.period, a.is_visitor, c.day, c.sign * a.n AS n
      FROM period p
     CROSS JOIN alike a
     CROSS JOIN LATERAL (VALUES (a.day, 1),
                                (least(a.day + p.days, a.next_day), -1))
                AS c (day, sign)),
net AS (
    SELECT period, day,
           sum(n) FILTER (WHERE is_visitor) AS visitors,
           sum(n) FILTER (WHERE NOT is_visitor) AS accounts
      FROM change
     GROUP BY period, day)
SELECT p.period,
       c.day,
       p.days,
       coalesce(sum(n.visitors) OVER so_far, 0)::bigint AS visitors,
       coalesce(sum(n.accounts) OVER so_far, 0)::bigint AS accounts,
       c.day - p.days + 1 < (SELECT m.first_day FROM model_day m) AS is_partial
  FROM period p
 CROSS JOIN model_calendar c
  LEFT JOIN net n ON n.period = p.period AND n.day = c.day
WINDOW so_far AS (PARTITION BY p.period ORDER BY c.day);
REVOKE ALL ON rolling_active FROM PUBLIC;
COMMENT ON VIEW rolling_active IS
    'distinct visitors and accounts of the period that ends with each day';
COMMENT ON COLUMN rolling_active.period IS
    'period, of effective_metric_period';
COMMENT ON COLUMN rolling_active.day IS 'last day of the period';
COMMENT ON COLUMN rolling_active.days IS 'days that it covers';
COMMENT ON COLUMN rolling_active.visitors IS
    'identified visitors with an event in the period, each once';
COMMENT ON COLUMN rolling_active.accounts IS
    'accounts with an event in the period, each once';
COMMENT ON COLUMN rolling_active.is_partial IS
    'the period begins before the first day here, so the counts may be short';
