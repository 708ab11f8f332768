-- Health of each account: the weighted mean of the components that have data.
-- Those that have none are left out and not taken as 0: nobody's health is worse
-- for not having been asked.
CREATE VIEW account_health WITH (security_invoker = true) AS
SELECT account_id,
       round(sum(score * weight) / sum(weight) FILTER (WHERE score IS NOT NULL),
             1) AS score,
       count(score) AS components,
       string_agg(format('%s %s (%s)', component, coalesce(score::text, '-'),
                         explanation), ', ' ORDER BY weight DESC, component)
           AS explanation,
       (SELECT m.day FROM model_day m) AS as_of
  FROM account_health_component
 WHERE weight > 0
 GROUP BY account_id;
REVOKE ALL ON account_health FROM PUBLIC;
COMMENT ON VIEW account_health IS 'health of each account, 0 to 100';
COMMENT ON COLUMN account_health.account_id IS 'account';
COMMENT ON COLUMN account_health.score IS
    'weighted mean of the components with data, 0 to 100; NULL if none has';
COMMENT ON COLUMN account_health.components IS
    'number of components with data';
COMMENT ON COLUMN account_health.explanation IS
    'components, the weightiest first';
COMMENT ON COLUMN account_health.as_of IS 'day that it is the health of';
