-- The weights in force.
CREATE VIEW effective_health_weight WITH (security_invoker = true) AS
SELECT component,
       coalesce(w.weight, d.weight) AS weight,
       coalesce(w.days, d.days) AS days,
       coalesce(w.base_days, d.base_days) AS base_days,
       coalesce(w.target, d.target) AS target,
       coalesce(w.least, d.least) AS least,
       w.component IS NULL AS is_default
  FROM health_weight_default d
  LEFT JOIN health_weight w USING (component);
REVOKE ALL ON effective_health_weight FROM PUBLIC;
COMMENT ON VIEW effective_health_weight IS 'weights of account health in force';
COMMENT ON COLUMN effective_health_weight.component IS 'activity, breadth, nps or trend';
COMMENT ON COLUMN effective_health_weight.weight IS
    'its part in the score, relative to the others; 0 leaves it out';
COMMENT ON COLUMN effective_health_weight.days IS 'last days that it looks at';
COMMENT ON COLUMN effective_health_weight.base_days IS
    'of activity: days before those, which are the account''s own level';
COMMENT ON COLUMN effective_health_weight.target IS
    'of breadth: features for 100; NULL: as many as 9 of 10 active accounts use at most';
COMMENT ON COLUMN effective_health_weight.least IS
    'of nps and trend: least number of answers, or of visitor-days before';
COMMENT ON COLUMN effective_health_weight.is_default IS 'as shipped';
