-- The thresholds in force.
CREATE VIEW effective_churn_threshold WITH (security_invoker = true) AS
SELECT kind,
       coalesce(t.share, d.share) AS share,
       coalesce(t.clear_share, d.clear_share) AS clear_share,
       coalesce(t.for_days, d.for_days) AS for_days,
       coalesce(t.days, d.days) AS days,
       coalesce(t.forget_days, d.forget_days) AS forget_days,
       coalesce(t.least_visitors, d.least_visitors) AS least_visitors,
       coalesce(t.is_enabled, d.is_enabled) AS is_enabled,
       t.kind IS NULL AS is_default
  FROM churn_threshold_default d
  LEFT JOIN churn_threshold t USING (kind);
REVOKE ALL ON effective_churn_threshold FROM PUBLIC;
COMMENT ON VIEW effective_churn_threshold IS 'thresholds of churn risk in force';
COMMENT ON COLUMN effective_churn_threshold.kind IS 'drop or silence';
COMMENT ON COLUMN effective_churn_threshold.share IS
    'of drop: begins when so large a share is gone, 0 to 1';
COMMENT ON COLUMN effective_churn_threshold.clear_share IS
    'of drop: ends when so large a share is back, 0 to 1';
COMMENT ON COLUMN effective_churn_threshold.for_days IS
    'of drop: days in a row before it counts, 1 to 28';
COMMENT ON COLUMN effective_churn_threshold.days IS 'of silence: days without an event';
COMMENT ON COLUMN effective_churn_threshold.forget_days IS
    'of silence: days after which it is a risk no longer';
COMMENT ON COLUMN effective_churn_threshold.least_visitors IS
    'weekly visitors before (drop) or visitors in the last active 28 days (silence), at least';
COMMENT ON COLUMN effective_churn_threshold.is_enabled IS 'in use';
COMMENT ON COLUMN effective_churn_threshold.is_default IS 'as shipped';
