-- Trend: visitor-days (the visitors of each day, added up) of the last days in
-- percent of as many days before.  Holding the level is 100, since a grown-up
-- account cannot grow for ever.  28 days hold four of each weekday, so weekends do
-- not tilt it.  No data where the days before are not all here, or hold too little.
CREATE VIEW health_trend WITH (security_invoker = true) AS
WITH span AS (
    SELECT w.days, w.least, m.day AS until, m.day - w.days AS before,
           m.day - 2 * w.days + 1 AS since,
           m.first_day <= m.day - 2 * w.days + 1 AS is_whole
      FROM effective_health_weight w
     CROSS JOIN model_day m
     WHERE w.component = 'trend'),
counted AS (
    SELECT account_id,
           sum(visitors) FILTER (WHERE day > (SELECT before FROM span))
               AS current,
           sum(visitors) FILTER (WHERE day <= (SELECT before FROM span))
               AS previous
      FROM account_day
     WHERE day >= (SELECT since FROM span) AND day <= (SELECT until FROM span)
     GROUP BY account_id)
SELECT a.account_id,
       CASE WHEN s.is_whole AND c.previous >= s.least THEN
           round(least(100, 100.0 * coalesce(c.current, 0) / c.previous), 1)
       END AS score,
       coalesce(c.current, 0)::bigint AS current,
       CASE WHEN s.is_whole THEN coalesce(c.previous, 0)::bigint END
           AS previous,
       s.days
  FROM scored_account a
 CROSS JOIN span s
  LEFT JOIN counted c ON c.account_id = a.account_id;
REVOKE ALL ON health_trend FROM PUBLIC;
COMMENT ON VIEW health_trend IS
    'component trend of account health: visitor-days against those before';
COMMENT ON COLUMN health_trend.account_id IS 'account';
COMMENT ON COLUMN health_trend.score IS
    'current in percent of previous, at most 100; NULL with too small a base';
COMMENT ON COLUMN health_trend.current IS 'visitor-days of the last days';
COMMENT ON COLUMN health_trend.previous IS
    'visitor-days of as many days before; NULL if those are not all here';
COMMENT ON COLUMN health_trend.days IS 'days looked at';
