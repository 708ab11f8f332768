-- The share of an application's active visitors, and accounts, that used each
-- feature at least once in the period "adoption".  Features that nobody used are
-- there with 0, those that Pendo has deleted are not.  People are counted from
-- feature_event: feature_day has one count a day, and those do not add up.
CREATE VIEW feature_adoption WITH (security_invoker = true) AS
WITH period AS (
    SELECT p.days, m.day - p.days + 1 AS since, m.day AS until
      FROM effective_metric_period p
     CROSS JOIN model_day m
     WHERE p.period = 'adoption'),
used AS (               -- one row a visitor and account, before counting
    SELECT feature_id,
           coalesce(visitor_id, '') AS visitor_id,
           coalesce(account_id, '') AS account_id,
           min(coalesce(app_id, 0)) AS app_id,
           sum(num_events) AS events
      FROM feature_event
     WHERE day >= (SELECT since FROM period)
       AND day <= (SELECT until FROM period)
       AND feature_id <> ''
     GROUP BY feature_id, coalesce(visitor_id, ''), coalesce(account_id, '')),
feature_use AS (
    SELECT feature_id,
           min(app_id) AS app_id,
           count(DISTINCT visitor_id) FILTER (
               WHERE visitor_id <> ''
                 AND NOT starts_with(visitor_id, '_PENDO_T_')) AS visitors,
           count(DISTINCT nullif(account_id, '')) AS accounts,
           sum(events) AS events
      FROM used
     GROUP BY feature_id),
active AS (             -- accounts by any event, visitors if identified
    SELECT app_id,
           count(DISTINCT visitor_id) FILTER (
               WHERE visitor_id <> ''
                 AND NOT starts_with(visitor_id, '_PENDO_T_')) AS visitors,
           count(DISTINCT nullif(account_id, '')) AS accounts
      FROM visitor_day
     WHERE day >= (SELECT since FROM period)
       AND day <= (SELECT until FROM period)
     GROUP BY app_id)
SELECT feature_id,
       f.name,
       coalesce(f.app_id, u.app_id) AS app_id,
       p.days,
       coalesce(u.visitors, 0) AS visitors,
       coalesce(a.visitors, 0) AS active_visitors,
       round(100.0 * coalesce(u.visitors, 0) / nullif(a.visitors, 0), 1)
           AS percent,
       coalesce(u.accounts, 0) AS accounts,
       coalesce(a.accounts, 0) AS active_accounts,
       round(100.0 * coalesce(u.accounts, 0) / nullif(a.accounts, 0), 1)
           AS account_percent,
       coalesce(u.events, 0)::bigint AS events
  FROM (SELECT id AS feature_id, name, app_id, deleted_at
          FROM feature
         WHERE id <> '') AS f
  FULL JOIN feature_use u USING (feature_id)
 CROSS JOIN period p
  LEFT JOIN active a ON a.app_id = coalesce(f.app_id, u.app_id)
 WHERE f.deleted_at IS NULL;
REVOKE ALL ON feature_adoption FROM PUBLIC;
COMMENT ON VIEW feature_adoption IS
    'share of active visitors and accounts that used each feature';
COMMENT ON COLUMN feature_adoption.feature_id IS 'feature';
COMMENT ON COLUMN feature_adoption.name IS
    'its name; NULL while the feature itself has not been pulled';
COMMENT ON COLUMN feature_adoption.app_id IS 'application it belongs to';
COMMENT ON COLUMN feature_adoption.days IS
    'days of the period, which ends with the last day';
COMMENT ON COLUMN feature_adoption.visitors IS
    'identified visitors who used it';
COMMENT ON COLUMN feature_adoption.active_visitors IS
    'identified visitors who were active in its application';
COMMENT ON COLUMN feature_adoption.percent IS
    'visitors / active_visitors, in percent';
COMMENT ON COLUMN feature_adoption.accounts IS
    'accounts in which anybody used it';
COMMENT ON COLUMN feature_adoption.active_accounts IS
    'accounts in which anybody was active in its application';
COMMENT ON COLUMN feature_adoption.account_percent IS
    'accounts / active_accounts, in percent';
COMMENT ON COLUMN feature_adoption.events IS 'uses, whoever''s';
