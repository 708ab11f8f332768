-- A team's changes to the shipped weights.  NULL means: as shipped.
CREATE TABLE health_weight (
    component text PRIMARY KEY
        CHECK (component IN ('activity', 'breadth', 'nps', 'trend')),
    weight numeric CHECK (weight >= 0 AND weight < 'infinity'),
    days integer CHECK (days BETWEEN 1 AND 3660),
    base_days integer CHECK (base_days BETWEEN 1 AND 3660),
    target numeric CHECK (target > 0),
    least numeric CHECK (least > 0)
);
REVOKE ALL ON health_weight FROM PUBLIC;
COMMENT ON TABLE health_weight IS
    'the team''s weights, over health_weight_default; NULL is as shipped';
COMMENT ON COLUMN health_weight.component IS 'activity, breadth, nps or trend';
COMMENT ON COLUMN health_weight.weight IS
    'its part in the score, relative to the others; 0 leaves it out';
COMMENT ON COLUMN health_weight.days IS 'last days that it looks at';
COMMENT ON COLUMN health_weight.base_days IS
    'of activity: days before those, which are the account''s own level';
COMMENT ON COLUMN health_weight.target IS
    'of breadth: features for 100; NULL: as many as 9 of 10 active accounts use at most';
COMMENT ON COLUMN health_weight.least IS
    'of nps and trend: least number of answers, or of visitor-days before';
