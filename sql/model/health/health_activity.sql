-- Activity: on how many of the last days anybody of the account did anything.
-- Days, not events: one busy script is not an active customer.  The score is the
-- mean of two parts, each 0 to 100 and rounded to one decimal:
--   own         active days against the account's own level (its average over
--               base_days before); no less than usual is 100
--   population  share of the other active accounts that it beats, ties half
-- An account without an active day has 0.  Its own level needs a history of at
-- least as many days as are looked at; the population needs another account.
CREATE VIEW health_activity WITH (security_invoker = true) AS
WITH span AS (
    SELECT w.days, m.day AS until, m.day - w.days AS base_until,
           m.day - w.days - w.base_days + 1 AS base_since
      FROM effective_health_weight w
     CROSS JOIN model_day m
     WHERE w.component = 'activity'),
counted AS (
    SELECT account_id,
           count(*) FILTER (WHERE day > (SELECT base_until FROM span))
               AS active_days,
           count(*) FILTER (WHERE day <= (SELECT base_until FROM span))
               AS base_active_days
      FROM account_day
     WHERE day >= (SELECT base_since FROM span)
       AND day <= (SELECT until FROM span)
     GROUP BY account_id),
level AS (
    SELECT a.account_id, s.days,
           coalesce(c.active_days, 0) AS active_days,
           coalesce(c.base_active_days, 0) AS base_active_days,
           CASE WHEN a.first_day IS NOT NULL THEN
               s.base_until - greatest(s.base_since, a.first_day) + 1
           END AS base_days
      FROM scored_account a
     CROSS JOIN span s
      LEFT JOIN counted c ON c.account_id = a.account_id),
place AS (              -- among the active ones alone
    SELECT account_id,
           rank() OVER (ORDER BY active_days) - 1 AS below,
           count(*) OVER (PARTITION BY active_days) - 1 AS alike,
           count(*) OVER () - 1 AS others
      FROM level
     WHERE active_days > 0),
part AS (
    SELECT l.*,
           CASE WHEN l.base_days >= l.days AND l.base_active_days > 0 THEN
               round(least(100, 100.0 * l.active_days * l.base_days
                                / (l.base_active_days * l.days)), 1)
           END AS own,
           round(100.0 * (2 * p.below + p.alike) / (2 * nullif(p.others, 0)), 1)
               AS population,
           CASE WHEN l.base_days >= l.days THEN
               round(1.0 * l.base_active_days * l.days / l.base_days, 1)
           END AS usual_days
      FROM level l
      LEFT JOIN place p ON p.account_id = l.account_id)
SELECT account_id,
       CASE WHEN active_days = 0 THEN 0.0
            ELSE round((coalesce(own, population) + coalesce(population, own))
                       / 2, 1) END AS score,
       active_days, usual_days, own, population, days
  FROM part;
REVOKE ALL ON health_activity FROM PUBLIC;
COMMENT ON VIEW health_activity IS
    'component activity of account health: active days';
COMMENT ON COLUMN health_activity.account_id IS 'account';
COMMENT ON COLUMN health_activity.score IS
    'mean of own and population; 0 without an active day; NULL if there is neither';
COMMENT ON COLUMN health_activity.active_days IS 'active days of the last ones';
COMMENT ON COLUMN health_activity.usual_days IS
    'its own level: active days in as many days, on average before';
COMMENT ON COLUMN health_activity.own IS
    'active days in percent of its own level, at most 100';
COMMENT ON COLUMN health_activity.population IS
    'share of the other active accounts with fewer active days, ties half, in percent';
COMMENT ON COLUMN health_activity.days IS 'days looked at';
