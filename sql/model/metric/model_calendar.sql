-- Every day from the first to the last, also those on which nothing happened.
-- Days are counted with integers: stepping with intervals goes through
-- timestamptz, and loses a day where clocks change at midnight.
CREATE VIEW model_calendar WITH (security_invoker = true) AS
SELECT m.first_day + n AS day
  FROM model_day m
 CROSS JOIN LATERAL generate_series(0, m.day - m.first_day) AS n;
REVOKE ALL ON model_calendar FROM PUBLIC;
COMMENT ON VIEW model_calendar IS 'all days that metrics cover';
COMMENT ON COLUMN model_calendar.day IS 'day in the subscription''s time zone';
