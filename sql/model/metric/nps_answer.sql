-- The answers that NPS is made of: rated 0 to 10, not excluded in Pendo, and
-- given up to the last day.  Days and months are the subscription's.
CREATE VIEW nps_answer WITH (security_invoker = true) AS
SELECT d.day,
       date_trunc('month', d.day::timestamp)::date AS month,
       n.browser_time,
       coalesce(n.account_id, '') AS account_id,
       coalesce(n.visitor_id, '') AS visitor_id,
       n.poll_id,
       n.score,
       CASE WHEN n.score >= 9 THEN 'promoter'
            WHEN n.score >= 7 THEN 'passive'
            ELSE 'detractor' END AS category
  FROM nps_response n
 CROSS JOIN model_connection c
 CROSS JOIN LATERAL (
       SELECT (n.browser_time AT TIME ZONE c.time_zone)::date) AS d (day)
 WHERE n.score BETWEEN 0 AND 10
   AND n.excluded IS NOT TRUE
   AND d.day <= (SELECT m.day FROM model_day m);
REVOKE ALL ON nps_answer FROM PUBLIC;
COMMENT ON VIEW nps_answer IS 'answers that NPS is made of';
COMMENT ON COLUMN nps_answer.day IS 'day in the subscription''s time zone';
COMMENT ON COLUMN nps_answer.month IS 'first day of its month';
COMMENT ON COLUMN nps_answer.browser_time IS
    'when it was given, by the visitor''s clock';
COMMENT ON COLUMN nps_answer.account_id IS 'account; empty if none';
COMMENT ON COLUMN nps_answer.visitor_id IS
    'visitor, anonymous ones too; empty if Pendo gives none';
COMMENT ON COLUMN nps_answer.poll_id IS 'the survey''s rating poll';
COMMENT ON COLUMN nps_answer.score IS '0 to 10';
COMMENT ON COLUMN nps_answer.category IS
    'promoter (9, 10), passive (7, 8) or detractor (0 to 6)';
