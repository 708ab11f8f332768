-- NPS: what the account's people say, -100 to 100, moved to 0 to 100.  Of each
-- visitor the last answer counts, since people change their minds; the lower of
-- two at the same instant, and each answer without a visitor's id.
CREATE VIEW health_nps WITH (security_invoker = true) AS
WITH span AS (
    SELECT w.days, w.least, m.day - w.days AS after
      FROM effective_health_weight w
     CROSS JOIN model_day m
     WHERE w.component = 'nps'),
last_answer AS (
    SELECT DISTINCT ON (account_id, visitor_id, unknown) account_id, category
      FROM (SELECT account_id, visitor_id, browser_time, score, category,
                   CASE WHEN visitor_id = '' THEN row_number() OVER () END
                       AS unknown
              FROM nps_answer
             WHERE account_id <> '' AND day > (SELECT after FROM span)) AS n
     ORDER BY account_id, visitor_id, unknown, browser_time DESC, score),
counted AS (
    SELECT account_id, count(*) AS answers,
           count(*) FILTER (WHERE category = 'promoter') AS promoters,
           count(*) FILTER (WHERE category = 'detractor') AS detractors
      FROM last_answer
     GROUP BY account_id)
SELECT a.account_id,
       CASE WHEN c.answers >= s.least THEN
           round(50 + 50.0 * (c.promoters - c.detractors) / c.answers, 1)
       END AS score,
       coalesce(c.answers, 0) AS answers,
       coalesce(c.promoters, 0) AS promoters,
       coalesce(c.detractors, 0) AS detractors,
       round(100.0 * (c.promoters - c.detractors) / c.answers, 1) AS nps,
       s.days
  FROM scored_account a
 CROSS JOIN span s
  LEFT JOIN counted c ON c.account_id = a.account_id;
REVOKE ALL ON health_nps FROM PUBLIC;
COMMENT ON VIEW health_nps IS
    'component nps of account health: the last answer of each visitor';
COMMENT ON COLUMN health_nps.account_id IS 'account';
COMMENT ON COLUMN health_nps.score IS
    '(nps + 100) / 2; NULL with too few answers';
COMMENT ON COLUMN health_nps.answers IS 'visitors who answered';
COMMENT ON COLUMN health_nps.promoters IS 'those who gave 9 or 10';
COMMENT ON COLUMN health_nps.detractors IS 'those who gave 0 to 6';
COMMENT ON COLUMN health_nps.nps IS
    'percentage of promoters less percentage of detractors';
COMMENT ON COLUMN health_nps.days IS 'days looked at';
