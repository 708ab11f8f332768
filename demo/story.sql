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
SELECT jsonb_build_object('base_url', :'sandbox_url') AS options \gset

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
\echo That is Pendo in SQL.  docs/analyst.md goes on from here.
