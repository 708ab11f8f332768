-- How much of the month's people come on an average day.  Pendo's definition:
-- average daily over average monthly active visitors in a time; the time here is
-- the 30 days that end with the day.  Weekends count, as they do there.
CREATE VIEW stickiness WITH (security_invoker = true) AS
WITH size AS (          -- gathered and grouped: joined, one might run for each day
    SELECT day, 'daily' AS period, visitors, NULL::boolean AS is_partial
      FROM daily_active
    UNION ALL
    SELECT day, period, visitors, is_partial
      FROM rolling_active
     WHERE period IN ('weekly', 'monthly')),
by_day AS (
    SELECT day,
           max(visitors) FILTER (WHERE period = 'daily') AS daily,
           max(visitors) FILTER (WHERE period = 'weekly') AS weekly,
           max(visitors) FILTER (WHERE period = 'monthly') AS monthly,
           bool_or(is_partial) FILTER (WHERE period = 'monthly') AS is_partial
      FROM size
     GROUP BY day)
SELECT day, daily, weekly, monthly,
       round(100.0 * daily / nullif(monthly, 0), 1) AS day_percent,
       round(100.0 * sum(daily) OVER days
             / nullif(sum(monthly) OVER days, 0), 1) AS percent,
       round(100.0 * sum(daily) OVER days
             / nullif(sum(weekly) OVER days, 0), 1) AS weekly_percent,
       is_partial
  FROM by_day
WINDOW days AS (ORDER BY day ROWS BETWEEN 29 PRECEDING AND CURRENT ROW);
REVOKE ALL ON stickiness FROM PUBLIC;
COMMENT ON VIEW stickiness IS
    'average daily active visitors as a share of the monthly ones (DAU/MAU)';
COMMENT ON COLUMN stickiness.day IS 'last of the 30 days that are averaged';
COMMENT ON COLUMN stickiness.daily IS 'daily active visitors of that day';
COMMENT ON COLUMN stickiness.weekly IS 'weekly active visitors of that day';
COMMENT ON COLUMN stickiness.monthly IS 'monthly active visitors of that day';
COMMENT ON COLUMN stickiness.day_percent IS
    'daily / monthly of that day alone, in percent';
COMMENT ON COLUMN stickiness.percent IS
    'stickiness: average daily / average monthly of 30 days, in percent';
COMMENT ON COLUMN stickiness.weekly_percent IS
    'average daily / average weekly of 30 days, in percent';
COMMENT ON COLUMN stickiness.is_partial IS
    'the month of that day begins before the first day here';
