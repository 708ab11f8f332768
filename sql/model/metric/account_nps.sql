-- NPS of each account by month, by the rules of nps.  A visitor who answers for two
-- accounts has a voice in each.  Few answers make a jumpy figure: look at answers.
CREATE VIEW account_nps WITH (security_invoker = true) AS
WITH last_answer AS (
    SELECT DISTINCT ON (account_id, month, visitor_id, unknown)
           account_id, month, category
      FROM (SELECT account_id, month, visitor_id, browser_time, score, category,
                   CASE WHEN visitor_id = '' THEN row_number() OVER () END
                       AS unknown
              FROM nps_answer
             WHERE account_id <> '') AS a
     ORDER BY account_id, month, visitor_id, unknown, browser_time DESC, score)
SELECT account_id, month,
       count(*) AS answers,
       count(*) FILTER (WHERE category = 'promoter') AS promoters,
       count(*) FILTER (WHERE category = 'passive') AS passives,
       count(*) FILTER (WHERE category = 'detractor') AS detractors,
       round(100.0 * (count(*) FILTER (WHERE category = 'promoter')
                      - count(*) FILTER (WHERE category = 'detractor'))
             / count(*), 1) AS nps
  FROM last_answer
 GROUP BY account_id, month;
REVOKE ALL ON account_nps FROM PUBLIC;
COMMENT ON VIEW account_nps IS 'Net Promoter Score by account and month';
COMMENT ON COLUMN account_nps.account_id IS 'account';
COMMENT ON COLUMN account_nps.month IS
    'first day of the month, in the subscription''s time zone';
COMMENT ON COLUMN account_nps.answers IS
    'visitors who answered, each once by the last answer of the month';
COMMENT ON COLUMN account_nps.promoters IS 'those who gave 9 or 10';
COMMENT ON COLUMN account_nps.passives IS 'those who gave 7 or 8';
COMMENT ON COLUMN account_nps.detractors IS 'those who gave 0 to 6';
COMMENT ON COLUMN account_nps.nps IS
    'percentage of promoters less percentage of detractors, -100 to 100';
