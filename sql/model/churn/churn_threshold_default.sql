-- Shipped thresholds of churn risk.
--   drop     begins when weekly active visitors have been down by "share" or more
--            for "for_days" days in a row, against the average of the four weeks
--            before, of at least "least_visitors"; ends on the first day on which
--            they are back at "clear_share" of that average
--   silence  nobody came for "days" days to an account that had "least_visitors"
--            in its last 28 days; after "forget_days" it has churned
CREATE VIEW churn_threshold_default WITH (security_invoker = true) AS
SELECT *
  FROM (VALUES ('drop', 0.5, 0.75, 3, NULL, NULL, 5, true),
               ('silence', NULL, NULL, NULL, 14, 90, 1, true))
       AS t (kind, share, clear_share, for_days, days, forget_days,
             least_visitors, is_enabled);
REVOKE ALL ON churn_threshold_default FROM PUBLIC;
COMMENT ON VIEW churn_threshold_default IS
    'shipped thresholds of churn risk; change them in churn_threshold';
COMMENT ON COLUMN churn_threshold_default.kind IS 'drop or silence';
COMMENT ON COLUMN churn_threshold_default.share IS
    'of drop: begins when so large a share is gone, 0 to 1';
COMMENT ON COLUMN churn_threshold_default.clear_share IS
    'of drop: ends when so large a share is back, 0 to 1';
COMMENT ON COLUMN churn_threshold_default.for_days IS
    'of drop: days in a row before it counts, 1 to 28';
COMMENT ON COLUMN churn_threshold_default.days IS 'of silence: days without an event';
COMMENT ON COLUMN churn_threshold_default.forget_days IS
    'of silence: days after which it is a risk no longer';
COMMENT ON COLUMN churn_threshold_default.least_visitors IS
    'weekly visitors before (drop) or visitors in the last active 28 days (silence), at least';
COMMENT ON COLUMN churn_threshold_default.is_enabled IS 'in use';
