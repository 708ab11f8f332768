-- Shipped components of account health.  Usage carries most because it is
-- measured for every account; NPS is a few voices, and many accounts have none.
--   days       the component looks at so many last days (trend: and as many before)
--   base_days  activity: the account's own level is that of so many days before
--   target     breadth: features for full marks; NULL: what 9 of 10 active
--              accounts stay within
--   least      the least base: nps answers, trend visitor-days before; under it
--              the component has no data
CREATE VIEW health_weight_default WITH (security_invoker = true) AS
SELECT *
  FROM (VALUES ('activity', 0.35, 28, 84, NULL::numeric, NULL::numeric),
               ('breadth', 0.20, 28, NULL, NULL, NULL),
               ('nps', 0.15, 180, NULL, NULL, 1),
               ('trend', 0.30, 28, NULL, NULL, 5))
       AS w (component, weight, days, base_days, target, least);
REVOKE ALL ON health_weight_default FROM PUBLIC;
COMMENT ON VIEW health_weight_default IS
    'shipped weights of account health; change them in health_weight';
COMMENT ON COLUMN health_weight_default.component IS 'activity, breadth, nps or trend';
COMMENT ON COLUMN health_weight_default.weight IS
    'its part in the score, relative to the others; 0 leaves it out';
COMMENT ON COLUMN health_weight_default.days IS 'last days that it looks at';
COMMENT ON COLUMN health_weight_default.base_days IS
    'of activity: days before those, which are the account''s own level';
COMMENT ON COLUMN health_weight_default.target IS
    'of breadth: features for 100; NULL: as many as 9 of 10 active accounts use at most';
COMMENT ON COLUMN health_weight_default.least IS
    'of nps and trend: least number of answers, or of visitor-days before';
