-- Shipped lengths of periods.  Monthly is 30 days because Pendo's is, so that
-- figures agree with its pages; 28, whole weeks, is one row in metric_period.
CREATE VIEW metric_period_default WITH (security_invoker = true) AS
SELECT *
  FROM (VALUES ('weekly', 7),
               ('monthly', 30),
               ('adoption', 30)) AS p (period, days);
REVOKE ALL ON metric_period_default FROM PUBLIC;
COMMENT ON VIEW metric_period_default IS
    'shipped lengths of periods; change them in metric_period';
COMMENT ON COLUMN metric_period_default.period IS 'name of the period';
COMMENT ON COLUMN metric_period_default.days IS
    'days that it covers, the last one included';
