-- Weekly cohorts: of those first seen in a week, how many are active in the n-th
-- week after it (classic, or bounded, retention: in that very week, not ever
-- since).  Weeks begin on Monday (ISO 8601).  Every cohort has every week, also
-- those in which nobody came back.
CREATE VIEW retention WITH (security_invoker = true) AS
WITH active AS (
    SELECT visitor_id,
           day - (extract(isodow FROM day)::integer - 1) AS week
      FROM active_visitor_day
     GROUP BY 1, 2),
cohort AS (
    SELECT visitor_id, week, min(week) OVER (PARTITION BY visitor_id) AS first
      FROM active),
returned AS (
    SELECT first AS cohort_week, (week - first) / 7 AS weeks_later,
           count(*) AS visitors
      FROM cohort
     GROUP BY 1, 2)
SELECT b.cohort_week,
       n AS weeks_later,
       b.visitors AS cohort_visitors,
       coalesce(r.visitors, 0) AS visitors,
       round(100.0 * coalesce(r.visitors, 0) / b.visitors, 1) AS percent,
       b.cohort_week < m.first_day + 28
           OR b.cohort_week + 7 * n + 6 > m.day AS is_partial
  FROM returned b
 CROSS JOIN model_day m
 CROSS JOIN LATERAL generate_series(0, (m.day - b.cohort_week) / 7) AS n
  LEFT JOIN returned r ON r.cohort_week = b.cohort_week AND r.weeks_later = n
 WHERE b.weeks_later = 0;
REVOKE ALL ON retention FROM PUBLIC;
COMMENT ON VIEW retention IS 'weekly retention of visitors by week first seen';
COMMENT ON COLUMN retention.cohort_week IS
    'Monday of the week in which the cohort was first seen here';
COMMENT ON COLUMN retention.weeks_later IS 'weeks after that, from 0';
COMMENT ON COLUMN retention.cohort_visitors IS
    'identified visitors of the cohort';
COMMENT ON COLUMN retention.visitors IS 'those of them active in that week';
COMMENT ON COLUMN retention.percent IS
    'visitors / cohort_visitors, in percent';
COMMENT ON COLUMN retention.is_partial IS
    'the week has not ended, or the cohort lies in the first four weeks here, where old visitors who return look new';
