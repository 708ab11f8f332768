-- A team's own lengths of periods, and periods of its own: those appear in
-- rolling_active and account_active.
CREATE TABLE metric_period (
    period text PRIMARY KEY CHECK (period <> ''),
    days integer NOT NULL CHECK (days BETWEEN 1 AND 3660)
);
REVOKE ALL ON metric_period FROM PUBLIC;
COMMENT ON TABLE metric_period IS
    'the team''s lengths of periods, in place of metric_period_default';
COMMENT ON COLUMN metric_period.period IS
    'weekly, monthly, adoption, or a name of the team''s own';
COMMENT ON COLUMN metric_period.days IS
    'days that it covers, the last one included';
