-- The share of an account's active visitors that used each feature in the period
-- "adoption".  Sparse: what nobody of the account used has no row.  Unlike in
-- feature_adoption the base is the whole account, whatever the application.
CREATE VIEW account_feature_adoption WITH (security_invoker = true) AS
WITH period AS (
    SELECT m.day - p.days + 1 AS since, m.day AS until
      FROM effective_metric_period p
     CROSS JOIN model_day m
     WHERE p.period = 'adoption'),
used AS (
    SELECT feature_id, account_id, visitor_id,
           max(day) AS last_day, sum(num_events) AS events
      FROM feature_event
     WHERE day >= (SELECT since FROM period)
       AND day <= (SELECT until FROM period)
       AND feature_id <> '' AND account_id <> ''
       AND visitor_id <> '' AND NOT starts_with(visitor_id, '_PENDO_T_')
     GROUP BY feature_id, account_id, visitor_id),
active AS (
    SELECT account_id, count(DISTINCT visitor_id) AS visitors
      FROM active_visitor_day
     WHERE day >= (SELECT since FROM period) AND account_id <> ''
     GROUP BY account_id)
SELECT u.account_id,
       u.feature_id,
       f.name,
       count(*) AS visitors,
       coalesce(a.visitors, 0) AS active_visitors,
       round(100.0 * count(*) / nullif(a.visitors, 0), 1) AS percent,
       coalesce(sum(u.events), 0)::bigint AS events,
       max(u.last_day) AS last_day
  FROM used u
  LEFT JOIN feature f ON f.id = u.feature_id
  LEFT JOIN active a ON a.account_id = u.account_id
 WHERE f.deleted_at IS NULL
 GROUP BY u.account_id, u.feature_id, f.name, a.visitors;
REVOKE ALL ON account_feature_adoption FROM PUBLIC;
COMMENT ON VIEW account_feature_adoption IS
    'share of each account''s active visitors that used each feature';
COMMENT ON COLUMN account_feature_adoption.account_id IS 'account';
COMMENT ON COLUMN account_feature_adoption.feature_id IS 'feature';
COMMENT ON COLUMN account_feature_adoption.name IS
    'its name; NULL while the feature itself has not been pulled';
COMMENT ON COLUMN account_feature_adoption.visitors IS
    'the account''s identified visitors who used it';
COMMENT ON COLUMN account_feature_adoption.active_visitors IS
    'the account''s identified visitors who were active';
COMMENT ON COLUMN account_feature_adoption.percent IS
    'visitors / active_visitors, in percent';
COMMENT ON COLUMN account_feature_adoption.events IS
    'uses by those visitors';
COMMENT ON COLUMN account_feature_adoption.last_day IS
    'last day of use in the period';
