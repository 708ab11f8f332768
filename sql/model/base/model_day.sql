-- The days that every metric and score covers.  Whatever is later than "day" is
-- left out everywhere, so one view decides what counts as complete: days before
-- today, which is a part of a day.  Who wants to wait for late events replaces it.
CREATE VIEW model_day WITH (security_invoker = true) AS
SELECT (SELECT max(day) FROM account_day
         WHERE day < (SELECT (now() AT TIME ZONE time_zone)::date
                        FROM model_connection)) AS day,
       (SELECT min(day) FROM account_day) AS first_day;
REVOKE ALL ON model_day FROM PUBLIC;
COMMENT ON VIEW model_day IS
    'first and last day that metrics and scores cover; one row';
COMMENT ON COLUMN model_day.day IS
    'last day; NULL while there are no events';
COMMENT ON COLUMN model_day.first_day IS 'first day with events here';
