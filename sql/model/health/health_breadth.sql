-- Breadth: how many different features the account used.  Full marks at target,
-- or, while that is NULL, at the number that 9 of 10 accounts with any use stay
-- within: an account is not to be blamed for features that hardly anybody needs.
CREATE VIEW health_breadth WITH (security_invoker = true) AS
WITH used AS (
    SELECT f.account_id, count(DISTINCT f.feature_id) AS features
      FROM feature_day f
     WHERE f.day > (SELECT m.day - w.days
                      FROM model_day m, effective_health_weight w
                     WHERE w.component = 'breadth')
       AND f.day <= (SELECT m.day FROM model_day m)
       AND f.feature_id <> '' AND f.account_id <> ''
     GROUP BY f.account_id),
goal AS (
    SELECT w.days, coalesce(w.target, u.features) AS features
      FROM effective_health_weight w
     CROSS JOIN (SELECT percentile_disc(0.9) WITHIN GROUP (ORDER BY u.features)
                            AS features
                   FROM used u
                   JOIN scored_account a ON a.account_id = u.account_id) AS u
     WHERE w.component = 'breadth' AND u.features IS NOT NULL)
SELECT a.account_id,
       round(least(100, 100.0 * coalesce(u.features, 0) / g.features), 1)
           AS score,
       coalesce(u.features, 0) AS features,
       g.features AS target,
       g.days
  FROM scored_account a
  LEFT JOIN used u ON u.account_id = a.account_id
  LEFT JOIN goal g ON true;
REVOKE ALL ON health_breadth FROM PUBLIC;
COMMENT ON VIEW health_breadth IS
    'component breadth of account health: distinct features used';
COMMENT ON COLUMN health_breadth.account_id IS 'account';
COMMENT ON COLUMN health_breadth.score IS
    'features in percent of target, at most 100; NULL while nobody used any';
COMMENT ON COLUMN health_breadth.features IS 'distinct features used';
COMMENT ON COLUMN health_breadth.target IS 'features for full marks';
COMMENT ON COLUMN health_breadth.days IS 'days looked at';
