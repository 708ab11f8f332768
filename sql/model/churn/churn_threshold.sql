-- A team's changes to the shipped thresholds.  NULL means: as shipped.
CREATE TABLE churn_threshold (
    kind text PRIMARY KEY CHECK (kind IN ('drop', 'silence')),
    share numeric CHECK (share > 0 AND share <= 1),
    clear_share numeric CHECK (clear_share > 0 AND clear_share < 'infinity'),
    for_days integer CHECK (for_days BETWEEN 1 AND 28),
    days integer CHECK (days BETWEEN 1 AND 3660),
    forget_days integer CHECK (forget_days BETWEEN 1 AND 3660),
    least_visitors numeric CHECK (least_visitors > 0),
    is_enabled boolean
);
REVOKE ALL ON churn_threshold FROM PUBLIC;
COMMENT ON TABLE churn_threshold IS
    'the team''s thresholds, over churn_threshold_default; NULL is as shipped';
COMMENT ON COLUMN churn_threshold.kind IS 'drop or silence';
COMMENT ON COLUMN churn_threshold.share IS
    'of drop: begins when so large a share is gone, 0 to 1';
COMMENT ON COLUMN churn_threshold.clear_share IS
    'of drop: ends when so large a share is back, 0 to 1';
COMMENT ON COLUMN churn_threshold.for_days IS
    'of drop: days in a row before it counts, 1 to 28';
COMMENT ON COLUMN churn_threshold.days IS 'of silence: days without an event';
COMMENT ON COLUMN churn_threshold.forget_days IS
    'of silence: days after which it is a risk no longer';
COMMENT ON COLUMN churn_threshold.least_visitors IS
    'weekly visitors before (drop) or visitors in the last active 28 days (silence), at least';
COMMENT ON COLUMN churn_threshold.is_enabled IS 'in use';
