-- How much of the month's people come on an average day.  Pendo's definition:
-- average daily over average monthly active visitors in a time; the time here is
-- the 30 days that end with the day.  Weekends count, as they do there.
CREATE VIEW stickiness WITH (security_invoker = true) AS
WITH p AS MATERIALIZED (        -- both periods in one pass over the appearances
    SELECT period, day, visitors, is_partial
      FROM rolling_active
     WHERE period IN ('weekly', 'monthly'))
SELECT d.day,
       d.visitors AS daily,
       w.visitors AS weekly,
       m.visitors AS monthly,
       round(100.0 * d.visitors / nullif(m.visitors, 0), 1) AS day_percent,
       round(100.0 * sum(d.visitors) OVER month
             / nullif(sum(m.visitors) OVER month, 0), 1) AS percent,
       round(100.0 * sum(d.visitors) OVER month
             / nullif(sum(w.visitors) OVER month, 0), 1) AS weekly_percent,
       m.is_partial
  FROM daily_active d
  JOIN p w ON w.period = 'weekly' AND w.day = d.day
  JOIN p m ON m.period = 'monthly' AND m.day = d.day
WINDOW month AS (ORDER BY d.day ROWS BETWEEN 29 PRECEDING AND CURRENT ROW);
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
