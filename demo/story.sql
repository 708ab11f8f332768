-- The story of pendo_fdw on real SQL.  What answers is a stand-in that holds
-- made-up data; everything else is what it will be with your subscription.
\pset footer off
\pset null '-'
SET client_min_messages = warning;

\echo
\echo ========== 1. Connect: one file with the key, one call ==========
\echo
\setenv KEY :sandbox_key
\setenv SECRET_FILE :secret_directory/acme
\! umask 077 && printf '%s\n' "$KEY" >"$SECRET_FILE"

CREATE EXTENSION IF NOT EXISTS pendo_fdw;
-- The stand-in takes more than the six requests a second that Pendo gets.
SELECT jsonb_build_object('base_url', :'sandbox_url', 'requests_per_second', '200',
                          'request_burst', '200') AS options \gset

SELECT * FROM pendo.connect('acme', time_zone => 'America/New_York',
    secret_file => 'acme', options => :'options');

\echo
\echo ========== 2. Is everything as it should be? ==========
\echo
SELECT * FROM pendo.check('acme');

\echo
\echo ========== 3. Pendo as tables, described ==========
\echo
SELECT table_name, obj_description(relation) AS description
  FROM pendo.live_table
 ORDER BY table_name;

-- The subscription's own metadata fields are typed columns.
SELECT column_name, type, field
  FROM pendo.live_column
 WHERE table_name = 'account' AND field LIKE 'metadata.custom.%'
 ORDER BY column_name;

SET search_path = live, public;

\echo
\echo ========== 4. Who is active, day by day? ==========
\echo
SELECT day,
       count(DISTINCT visitor_id) AS visitors,
       count(DISTINCT nullif(account_id, '')) AS accounts,
       sum(num_events) AS events
  FROM event
 WHERE day >= current_date - 7
 GROUP BY day
 ORDER BY day;

\echo
\echo ========== 5. Which features are used, and by how many? ==========
\echo
SELECT f.name AS feature,
       count(DISTINCT e.visitor_id) AS visitors,
       sum(e.num_events) AS clicks
  FROM feature_event e
  JOIN feature f ON f.id = e.feature_id
 WHERE e.day >= current_date - 14
 GROUP BY f.name
 ORDER BY visitors DESC, clicks DESC, feature
 LIMIT 8;

\echo
\echo ========== 6. What do people say? NPS of the last 30 days ==========
\echo
SELECT count(*) AS answers,
       count(*) FILTER (WHERE score >= 9) AS promoters,
       count(*) FILTER (WHERE score BETWEEN 7 AND 8) AS passives,
       count(*) FILTER (WHERE score <= 6) AS detractors,
       round(100.0 * (count(*) FILTER (WHERE score >= 9)
                      - count(*) FILTER (WHERE score <= 6)) / count(*)) AS nps
  FROM nps_response
 WHERE browser_time >= now() - interval '30 days';

\echo
\echo ========== 7. How much of it ran at Pendo? EXPLAIN tells ==========
\echo
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)
SELECT visitor_id, num_events
  FROM page_event
 WHERE day >= current_date - 3
   AND app_id = -323232
   AND num_events > 1
   AND user_agent LIKE '%Firefox%';

\echo
\echo ========== 8. Live tables join with your own ==========
\echo
CREATE TEMPORARY TABLE renewal AS
SELECT account_id, current_date + 30 AS renews_on
  FROM account
 WHERE account_id IS NOT NULL
 ORDER BY account_id
 LIMIT 5;

SELECT r.account_id, r.renews_on, max(e.day) AS last_active,
       coalesce(sum(e.num_minutes), 0) AS minutes
  FROM renewal r
  LEFT JOIN event e ON e.account_id = r.account_id
                   AND e.day >= current_date - 14
 GROUP BY r.account_id, r.renews_on
 ORDER BY minutes, r.account_id;

\echo
\echo ========== 9. A mistake gets one clear error ==========
\echo
\set ON_ERROR_STOP off
-- An event table is never read from its beginning by accident:
SELECT count(*) FROM event;
-- A misspelt option:
ALTER SERVER acme OPTIONS (ADD timezone 'Europe/Berlin');
\set ON_ERROR_STOP on

\echo
\echo ========== 10. Keep it here: one call, and workers begin ==========
\echo
SELECT * FROM pendo.keep_local('acme', since => current_date - 60);
-- Workers do it in the background; whoever is in a hurry helps.  A load that
-- fails stops no other.
CALL pendo.run_pull();

SET statement_timeout = '60s';
DO $$
BEGIN
    WHILE EXISTS (SELECT FROM pendo.pull_progress WHERE state IN ('waiting', 'running')) LOOP
        PERFORM pg_sleep(0.1), pg_stat_clear_snapshot();
    END LOOP;
END
$$;
RESET statement_timeout;

SELECT pull, state, loaded_windows AS loaded, windows, percent, rows
  FROM pendo.pull_progress
 ORDER BY rows DESC NULLS FIRST, pull
 LIMIT 9;

\echo
\echo ========== 11. What is wrong, and what to type ==========
\echo
-- Some metadata of the stand-in do not fit the type that their schema names.
SELECT pull, left(what, 75) AS what, next_statement FROM pendo.problem ORDER BY pull;

ALTER FOREIGN TABLE live.account OPTIONS (ADD on_bad_value 'null');
ALTER FOREIGN TABLE live.visitor OPTIONS (ADD on_bad_value 'null');
SET client_min_messages = notice;
CALL pendo.run_pull('local.account');
CALL pendo.run_pull('local.visitor');
SET client_min_messages = warning;
SELECT count(*) AS problems FROM pendo.problem;

\echo
\echo ========== 12. Local is live, in milliseconds ==========
\echo
-- The same question to both, by search_path; nothing differs.
SET search_path = local, public;
SELECT count(*) AS rows, count(DISTINCT visitor_id) AS visitors, sum(num_events) AS events
  FROM event WHERE day BETWEEN current_date - 30 AND current_date - 3;
SET search_path = live, public;
SELECT count(*) AS rows, count(DISTINCT visitor_id) AS visitors, sum(num_events) AS events
  FROM event WHERE day BETWEEN current_date - 30 AND current_date - 3;
SET search_path = local, public;

\echo
\echo ========== 13. Late events reopen a day that had settled ==========
\echo
-- For a week a closed day is looked at once a day; here at once.
UPDATE pendo.ledger SET due_at = now() WHERE pull = 'local.event' AND due_at < 'infinity';
CALL pendo.run_pull('local.event');

-- Now events of three days ago arrive at Pendo.
\setenv SANDBOX_URL :sandbox_url
\! demo/late "$SANDBOX_URL" 72 20

SET client_min_messages = notice;
UPDATE pendo.ledger SET due_at = now() WHERE pull = 'local.event' AND due_at < 'infinity';
CALL pendo.run_pull('local.event');
SET client_min_messages = warning;

SELECT day, state, is_complete, rows, reopened
  FROM pendo.completeness
 WHERE table_name = 'event'
 ORDER BY day DESC
 LIMIT 5;

\echo
\echo ========== 14. How are the accounts doing, and why? ==========
\echo
SELECT h.account_id, h.score, c.component, c.score AS of_it, c.explanation
  FROM (SELECT * FROM account_health ORDER BY score, account_id LIMIT 2) AS h
  JOIN account_health_component c ON c.account_id = h.account_id
 ORDER BY h.score, h.account_id, c.weight DESC;

\echo
\echo ========== 15. Who is about to leave? ==========
\echo
-- Warn earlier than shipped: when a quarter of the weekly visitors is gone.
INSERT INTO churn_threshold (kind, share, least_visitors) VALUES ('drop', 0.25, 3);
SELECT account_id, kind, since, current, previous, threshold,
       context -> 'last_nps' ->> 'score' AS last_nps,
       context -> 'last_features' -> 0 ->> 'name' AS last_feature
  FROM churn_risk
 ORDER BY since, account_id
 LIMIT 8;

\echo
\echo ========== 16. Up to when can it be relied on? ==========
\echo
SELECT table_name, complete_until, open_windows, missing_windows, age
  FROM pendo.freshness
 WHERE complete_until IS NOT NULL
 ORDER BY table_name;

\echo
\echo That is Pendo in SQL.  docs/analyst.md goes on from here, and docs/dba.md.
