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
\echo ========== 17. Two CRMs beside it ==========
\echo
-- Their stand-ins, like Pendo's; the secrets lie in files again.
\setenv HUBSPOT_TOKEN :hubspot_token
\setenv HUBSPOT_FILE :secret_directory/hubspot
\! umask 077 && printf '%s\n' "$HUBSPOT_TOKEN" >"$HUBSPOT_FILE"
\setenv SALESFORCE_SECRET :salesforce_secret
\setenv SALESFORCE_FILE :secret_directory/salesforce
\! umask 077 && printf '%s\n' "$SALESFORCE_SECRET" >"$SALESFORCE_FILE"
SELECT jsonb_build_object('base_url', :'hubspot_url') AS hubspot_options \gset

-- What may be delivered from here, and to which account, is said once and for all.
SHOW pendo_fdw.environment;
SELECT * FROM pendo.connect_hubspot('hubspot', secret_file => 'hubspot',
    environment => 'production', expected_org => :'hubspot_org', options => :'hubspot_options');
SELECT * FROM pendo.connect_salesforce('salesforce', :'salesforce_url',
    client_id => :'salesforce_client', client_secret_file => 'salesforce',
    environment => 'production', expected_org => :'salesforce_org');
SELECT step, is_ok, result FROM pendo.check('salesforce');

\echo
\echo ========== 18. Scores become fields of both CRMs ==========
\echo
CREATE VIEW account_score AS
SELECT h.account_id, coalesce(a.agent_name, h.account_id) AS name, h.score::numeric(5,2) AS score
  FROM account_health h JOIN account a USING (account_id)
 WHERE h.score IS NOT NULL AND a.deleted_at IS NULL;

SELECT count(*) AS settings FROM pendo.define_push('hubspot_score', 'account_score', 'hubspot', 'companies',
    key_column => 'account_id', key_field => 'external_id',
    columns => '{"name": "name", "score": "health_score"}');
SELECT count(*) AS settings FROM pendo.define_push('salesforce_score', 'account_score', 'salesforce', 'Account',
    key_column => 'account_id', key_field => 'Pendo_Key__c',
    columns => '{"name": "Name", "score": "Pendo_Score__c"}');

-- What would be sent?  Nothing is, so far.
SELECT key, operation, field, old, new, call FROM pendo.preview_push('hubspot_score', 2);

SELECT pendo.start_push('hubspot_score'), pendo.start_push('salesforce_score');
SELECT push, items, is_held FROM pendo.run_push('hubspot_score')
UNION ALL
SELECT push, items, is_held FROM pendo.run_push('salesforce_score');
-- The workers deliver by themselves.
\i demo/wait.sql
SELECT connection, object, outcome, count(*), count(*) FILTER (WHERE is_created) AS created
  FROM pendo.delivery GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
-- Nothing falls through: what a CRM refuses is told in its own words.
SELECT left(what, 90) AS what, left(next_statement, 80) AS next_statement FROM pendo.problem;

\echo
\echo ========== 19. Read back, and kept here: who is who? ==========
\echo
SELECT count(*) AS records FROM hubspot.company WHERE external_id IS NOT NULL AND health_score IS NOT NULL;
SELECT table_name, mode FROM pendo.keep_crm_local('hubspot', 'local', account_external_id => 'external_id', is_scheduled => false);
SELECT table_name, mode FROM pendo.keep_crm_local('salesforce', 'local', account_external_id => 'pendo_key__c', is_scheduled => false);
CALL pendo.run_pull('local.hubspot_company');
CALL pendo.run_pull('local.hubspot_contact');
CALL pendo.run_pull('local.salesforce_account');
CALL pendo.run_pull('local.salesforce_contact');
SELECT connection, pendo_kind, rule, count(*) FROM match GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

\echo
\echo ========== 20. One score changes: one record is sent ==========
\echo
SELECT min(m.pendo_id) AS who       -- an account that somebody at work cares for
  FROM match m JOIN salesforce.user u ON u.id = m.owner_id AND u.is_active
 WHERE m.connection = 'salesforce' AND m.pendo_kind = 'account' AND m.pendo_id LIKE 'account-%' \gset
CREATE TABLE praise (account_id text PRIMARY KEY, points numeric);
CREATE OR REPLACE VIEW account_score AS
SELECT h.account_id, coalesce(a.agent_name, h.account_id) AS name,
       least(h.score::numeric(5,2) + coalesce(p.points, 0), 100)::numeric(5,2) AS score
  FROM account_health h JOIN account a USING (account_id) LEFT JOIN praise p USING (account_id)
 WHERE h.score IS NOT NULL AND a.deleted_at IS NULL;
INSERT INTO praise VALUES (:'who', 0.5);
SELECT push, items, changed FROM pendo.run_push('hubspot_score');
SELECT key, operation, fields FROM pendo.outbox ORDER BY item DESC LIMIT 1;
\i demo/wait.sql
SELECT external_id, health_score FROM hubspot.company WHERE external_id = :'who';

\echo
\echo ========== 21. A detractor answers; somebody gets a task ==========
\echo
-- The shipped flow waits five minutes for the comment; here it does not.
INSERT INTO flow (name, wait) VALUES ('detractor_task', '0');
-- By hand, what the next pull would bring.
INSERT INTO nps_response (browser_time, visitor_id, account_id, score, excluded, poll_id, event_id)
SELECT clock_timestamp(), v.visitor_id, :'who', 2, false, 'poll-nps', 'demo-answer'
  FROM (SELECT visitor_id FROM visitor_day WHERE account_id = :'who' ORDER BY visitor_id LIMIT 1) v;
SELECT * FROM pendo.run_signals('local');
\i demo/wait.sql
-- From the answer to the records in the CRMs.
SELECT step, what FROM pendo.trace('local', kind => 'nps_detractor', fact => (
    SELECT fact FROM signal WHERE kind = 'nps_detractor' AND NOT is_backfill ORDER BY happened_at DESC LIMIT 1));
SELECT subject, status, priority FROM hubspot.task WHERE subject LIKE 'NPS 2 from %';
SELECT subject, status, priority FROM salesforce.task WHERE subject LIKE 'NPS 2 from %';

\echo
\echo ========== 22. Hold on, and go on ==========
\echo
SELECT pendo.pause('hubspot', 'the CRM team is moving fields');
UPDATE praise SET points = 1;
SELECT push, items FROM pendo.run_push('hubspot_score');
SELECT connection, in_outbox, state FROM pendo.delivery_progress ORDER BY connection;
SELECT pendo.resume('hubspot');
\i demo/wait.sql
SELECT connection, in_outbox, state FROM pendo.delivery_progress ORDER BY connection;

\echo
\echo ========== 23. A copy of production stays silent ==========
\echo
-- As if this server were a copy: it says so, and nothing leaves it.
ALTER SERVER hubspot OPTIONS (SET environment 'staging');
UPDATE praise SET points = 2;
SELECT push, items FROM pendo.run_push('hubspot_score');
CALL pendo.deliver();
SELECT left(what, 90) AS what, left(next_statement, 80) AS next_statement FROM pendo.problem;
ALTER SERVER hubspot OPTIONS (SET environment 'production');
\i demo/wait.sql
SELECT external_id, health_score FROM hubspot.company WHERE external_id = :'who';

\echo
\echo That is Pendo in SQL, and what it concludes in the CRM.  docs/analyst.md, docs/push.md
\echo and docs/dba.md go on from here.
