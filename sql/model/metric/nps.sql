-- Net Promoter Score by month (Reichheld, "The One Number You Need to Grow", 2003;
-- Bain & Company): percentage of promoters less percentage of detractors, among
-- those who answered.  One who answers again in a month has one voice, the last;
-- of two at the same instant the lower counts.  Answers without a visitor's id
-- cannot be told apart and count each.
CREATE VIEW nps WITH (security_invoker = true) AS
WITH last_answer AS (
    SELECT DISTINCT ON (month, visitor_id, unknown)
           month, category
      FROM (SELECT month, visitor_id, browser_time, score, category,
                   CASE WHEN visitor_id = '' THEN row_number() OVER () END
                       AS unknown
              FROM nps_answer) AS a
     ORDER BY month, visitor_id, unknown, browser_time DESC, score)
SELECT month,
       count(*) AS answers,
       count(*) FILTER (WHERE category = 'promoter') AS promoters,
       count(*) FILTER (WHERE category = 'passive') AS passives,
       count(*) FILTER (WHERE category = 'detractor') AS detractors,
       round(100.0 * (count(*) FILTER (WHERE category = 'promoter')
                      - count(*) FILTER (WHERE category = 'detractor'))
             / count(*), 1) AS nps
  FROM last_answer
 GROUP BY month;
REVOKE ALL ON nps FROM PUBLIC;
COMMENT ON VIEW nps IS 'Net Promoter Score by month';
COMMENT ON COLUMN nps.month IS
    'first day of the month, in the subscription''s time zone';
COMMENT ON COLUMN nps.answers IS
    'visitors who answered, each once by the last answer of the month';
COMMENT ON COLUMN nps.promoters IS 'those who gave 9 or 10';
COMMENT ON COLUMN nps.passives IS 'those who gave 7 or 8';
COMMENT ON COLUMN nps.detractors IS 'those who gave 0 to 6';
COMMENT ON COLUMN nps.nps IS
    'percentage of promoters less percentage of detractors, -100 to 100';
