-- The lengths in force.
CREATE VIEW effective_metric_period WITH (security_invoker = true) AS
SELECT period,
       coalesce(p.days, d.days) AS days,
       p.period IS NULL AS is_default
  FROM metric_period_default d
  FULL JOIN metric_period p USING (period);
REVOKE ALL ON effective_metric_period FROM PUBLIC;
COMMENT ON VIEW effective_metric_period IS 'lengths of periods in force';
COMMENT ON COLUMN effective_metric_period.period IS 'name of the period';
COMMENT ON COLUMN effective_metric_period.days IS
    'days that it covers, the last one included';
COMMENT ON COLUMN effective_metric_period.is_default IS 'as shipped';
