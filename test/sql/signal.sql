-- Signals and flows: one fact once, history silent, too many held, one task for each CRM.
-- The model belongs to a role that is nobody in particular.
\set server sig
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\set crm :abs_srcdir '/include/crm.sql'
\set drop_crm :abs_srcdir '/include/drop_crm.sql'
\set alone :abs_srcdir '/include/alone.sql'
\set together :abs_srcdir '/include/together.sql'
\i :alone
\i :connect
\i :crm
SET client_min_messages = warning;
CREATE ROLE regress_pendo_sig_team;
SELECT count(*) > 0 AS granted FROM pendo.grant_access('regress_pendo_sig_team', 'analyst');
GRANT USAGE ON FOREIGN SERVER sig, hub, force TO regress_pendo_sig_team;
GRANT USAGE ON SCHEMA sig, hub, force TO regress_pendo_sig_team;
GRANT SELECT ON ALL TABLES IN SCHEMA sig, hub, force TO regress_pendo_sig_team;
CREATE SCHEMA sig_local AUTHORIZATION regress_pendo_sig_team;
SET ROLE regress_pendo_sig_team;
SELECT count(*) > 10 AS some FROM pendo.create_model('sig', 'sig_local');
SELECT count(*) FROM pendo.keep_crm_local('hub', 'sig_local', account_external_id => 'pendo_account', is_scheduled => false);
SELECT count(*) FROM pendo.keep_crm_local('force', 'sig_local', account_external_id => 'pendo_key__c', is_scheduled => false);
CALL pendo.run_pull('sig_local.hubspot_company');
CALL pendo.run_pull('sig_local.hubspot_contact');
CALL pendo.run_pull('sig_local.salesforce_account');
CALL pendo.run_pull('sig_local.salesforce_contact');
SET search_path = sig_local, public;
-- The model is ten days old; its answers and days are written by hand.
UPDATE pendo.model SET created_at = now() - interval '10 days' WHERE connection = 'sig';
SELECT pendo._make_partitions(t, now() - interval '90 days', now() + interval '2 days', 'UTC')
  FROM unnest('{nps_response,poll_event,event}'::regclass[]) t;
-- Partitions and their columns have comments, too.
SELECT c.relname, a.attname
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
 WHERE c.relnamespace = 'sig_local'::regnamespace AND c.relispartition AND c.relkind = 'r'
   AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid, 'pg_class') IS NULL);
INSERT INTO account (account_id) VALUES ('acme'), ('beta'), ('gamma');
INSERT INTO visitor (visitor_id) VALUES ('ann@acme.com'), ('bob@beta.io'), ('cy@gamma.example');
CREATE FUNCTION answer(visitor text, account text, score integer, age interval, comment text DEFAULT NULL)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO nps_response (browser_time, visitor_id, account_id, app_id, guide_id, poll_id, score)
    VALUES (date_trunc('second', now()) - age, visitor, account, 1, 'g', 'p', score);
    INSERT INTO poll_event (browser_time, visitor_id, account_id, guide_id, poll_id, poll_type, poll_response)
    SELECT date_trunc('second', now()) - age + interval '1 minute', visitor, account, 'g', 'q', 'FreeForm', comment
     WHERE comment IS NOT NULL;
$$;
CREATE FUNCTION today() RETURNS date LANGUAGE sql AS $$SELECT (now() AT TIME ZONE 'America/New_York')::date$$;
SELECT answer('ann@acme.com', 'acme', 3, '30 days', 'long ago'), answer('ann@acme.com', 'acme', 9, '2 days'),
       answer('ann@acme.com', 'acme', 2, '1 day', E'Too slow: 5 < 6 & {account} is <b>gone</b>\nNext line'),
       answer('bob@beta.io', 'beta', 6, '3 hours'), answer('cy@gamma.example', 'gamma', 0, '2 hours'),
       answer('', '', 1, '1 hour'), answer('ann@acme.com', 'acme', 4, '1 minute');
UPDATE nps_response SET excluded = true WHERE visitor_id = '';
INSERT INTO nps_response SELECT * FROM nps_response WHERE visitor_id = 'bob@beta.io';

-- Each fact once; what was before is no news.
SELECT * FROM pendo.detect('sig_local');
SELECT * FROM pendo.detect('sig_local');
SELECT visitor_id, title, context - 'app_id' AS context, state, reason, is_backfill, fact ~ '^p\|.+\|20.+Z$' AS is_fact
  FROM signal ORDER BY happened_at;

-- A comment may come after the score.
INSERT INTO poll_event (browser_time, visitor_id, account_id, guide_id, poll_id, poll_type, poll_response)
SELECT browser_time + i * interval '20 minutes', visitor_id, account_id, 'g', 'q', 'FreeForm', 'comment ' || i
  FROM nps_response, generate_series(1, 2) i WHERE visitor_id = 'bob@beta.io';

-- Tasks in both CRMs, for who owns the account; nobody to give the third to; the fourth is
-- too young for its comment to be here.
SELECT * FROM pendo.run_flows('sig_local');
SELECT * FROM pendo.run_flows('sig_local');
SELECT state, reason, count(*) FROM signal WHERE NOT is_backfill GROUP BY 1, 2 ORDER BY 1, 2;
\x
SELECT connection, object, operation, key_field, class, source, regexp_replace(key, '20.*Z', 'TIME') AS key, links,
       regexp_replace((fields - 'hs_timestamp' - 'ActivityDate')::text, '\d{4}-\d\d-\d\d', 'DAY', 'g') AS fields
  FROM pendo.outbox ORDER BY item;
\x
SELECT bool_and((fields ->> 'hs_timestamp')::timestamptz BETWEEN now() + interval '23 hours' AND now() + interval '25 hours') AS hubspot,
       bool_and((fields ->> 'ActivityDate')::date BETWEEN current_date AND current_date + 2) AS salesforce
  FROM pendo.outbox;
SELECT flow, kind, connection, item IS NOT NULL AS has_item, crm_account_id, crm_contact_id FROM flow_run ORDER BY item;
SELECT account_id, waits, why, until > now() + interval '6 days' AS has_time, flow, connection FROM signal_open ORDER BY 1, 2, 6;

-- An edited flow says nothing twice, and nor does a lost state.
INSERT INTO flow (name, subject, priority, wait) VALUES ('detractor_task', 'Call {visitor}', 'low', '0');
UPDATE signal SET state = 'new' WHERE state = 'flowed';
SELECT * FROM pendo.run_flows('sig_local');
SELECT connection, fields ->> coalesce(CASE WHEN fields ? 'Subject' THEN 'Subject' END, 'hs_task_subject') AS subject,
       coalesce(fields ->> 'Priority', fields ->> 'hs_task_priority') AS priority
  FROM pendo.outbox ORDER BY item DESC LIMIT 2;
SELECT count(*) FROM pendo.outbox;

-- A match that comes later, within seven days; a column of the team's is no alias of a query's.
ALTER TABLE signal ADD COLUMN t text;
INSERT INTO match_pin (connection, pendo_kind, pendo_id, crm_id, verdict) VALUES ('hub', 'account', 'gamma', '102', 'pin');
SELECT * FROM pendo.run_flows('sig_local');
UPDATE signal SET state = 'ignored', reason = 'no match', detected_at = now() - interval '8 days' WHERE account_id = 'gamma';
DELETE FROM flow_run WHERE fact ~ 'gamma';
SELECT * FROM pendo.run_flows('sig_local');

-- Flows of one's own: with a condition, one that fails at once, one that fails later.
INSERT INTO flow (name, signal_kind, subject, condition) VALUES ('bad', 'nps_detractor', 'x', 'nonsense');
INSERT INTO flow (name, signal_kind, subject, condition) VALUES ('bad', 'nps_detractor', 'x', 'true) OR (1');
INSERT INTO flow (name, signal_kind, subject, condition) VALUES ('bad', 'nps_detractor', 'x', 'score = 3');
INSERT INTO flow (name, signal_kind, subject, body, condition, connection, owner_rule, salesforce_key_field, due_in)
VALUES ('worst', 'nps_*', 'Zero from {account}', '{comment}', $$context ->> 'score' = '0' AND visitor_id IN (SELECT v.visitor_id FROM visitor v)$$,
        'force', 'nobody', '', '2 hours');
INSERT INTO flow (name, signal_kind, subject, condition) VALUES ('later', 'nps_detractor', 'x', '1 / (score_of(context) - 6) > 0');
CREATE FUNCTION score_of(jsonb) RETURNS integer LANGUAGE sql AS $$SELECT ($1 ->> 'score')::integer$$;
INSERT INTO flow (name, signal_kind, subject, condition) VALUES ('later', 'nps_detractor', 'x', '1 / (score_of(context) - 6) > 0');
SELECT answer('ann@acme.com', 'acme', 0, '10 minutes'), answer('bob@beta.io', 'beta', 6, '11 minutes');
SELECT * FROM pendo.detect('sig_local');
SELECT * FROM pendo.run_flows('sig_local');
SELECT connection, operation, key_field, fields - 'ActivityDate' AS fields FROM pendo.outbox WHERE source = 'flow worst';
SELECT what, effect, next_statement FROM pendo.problem WHERE what ~ 'sig_local';
SELECT state, reason, count(*) FROM signal WHERE NOT is_backfill GROUP BY 1, 2 ORDER BY 1, 2;
UPDATE flow SET is_enabled = false WHERE name = 'later';
SELECT * FROM pendo.run_flows('sig_local');
SELECT what FROM pendo.problem WHERE what ~ 'sig_local';
SELECT state, reason, count(*) FROM signal WHERE NOT is_backfill GROUP BY 1, 2 ORDER BY 1, 2;
UPDATE flow SET is_enabled = false;
SELECT answer('ann@acme.com', 'acme', 1, '12 minutes');
SELECT * FROM pendo.run_signals('sig_local');
SELECT reason FROM signal ORDER BY detected_at DESC LIMIT 1;
DELETE FROM flow;

-- Too many at once wait for a person, and so do those that follow.
INSERT INTO signal_limit (kind, max_at_once) VALUES ('nps_detractor', 2);
SELECT answer('ann@acme.com', 'acme', 5, i * interval '1 hour' + interval '3 days') FROM generate_series(1, 3) i;
SELECT * FROM pendo.detect('sig_local');
SELECT * FROM pendo.run_flows('sig_local');
SELECT answer('ann@acme.com', 'acme', 5, interval '4 days');
SELECT * FROM pendo.detect('sig_local');
SELECT what, effect, next_statement, since <= clock_timestamp() AS has_time FROM pendo.problem WHERE what ~ 'sig_local';
SELECT waits, count(*) FROM signal_open GROUP BY 1 ORDER BY 1;
UPDATE signal SET state = 'new' WHERE fact = (SELECT max(fact) FROM signal WHERE state = 'held');
SELECT pendo.ignore_signals('sig_local', 'churn_drop');
SELECT pendo.release_signals('sig_local', 'nps_detractor');
SELECT what FROM pendo.problem WHERE what ~ 'sig_local';
SELECT * FROM pendo.run_flows('sig_local');
SELECT answer('ann@acme.com', 'acme', 5, i * interval '1 hour' + interval '5 days') FROM generate_series(1, 3) i;
SELECT * FROM pendo.detect('sig_local');
SELECT pendo.ignore_signals('sig_local', reason => 'an old survey');
SELECT state, reason, count(*) FROM signal WHERE happened_at < now() - interval '4 days 12 hours' AND NOT is_backfill GROUP BY 1, 2;
UPDATE signal_limit SET max_at_once = NULL, is_enabled = false;
SELECT answer('ann@acme.com', 'acme', 5, '6 days');
SELECT * FROM pendo.detect('sig_local');
DELETE FROM signal_limit;

-- Churn: from whole days; one signal an episode, whatever day it is said to have begun on.
INSERT INTO account_day (day, account_id, events, minutes, visitors)
SELECT today() - d, 'acme', 10, 10, 1 FROM generate_series(16, 80) d;
INSERT INTO account_day (day, account_id, events, minutes, visitors)
SELECT today() - d, 'beta', 10, 10, 1 FROM generate_series(1, 80) d;
INSERT INTO visitor_day (day, visitor_id, account_id, app_id, events, minutes)
SELECT day, 'somebody', account_id, 1, 10, 10 FROM account_day;
SELECT account_id, kind, current, previous FROM churn_risk;
SELECT * FROM pendo.detect('sig_local');
SELECT * FROM pendo.run_flows('sig_local');
SELECT connection, fields ->> coalesce(CASE WHEN fields ? 'Subject' THEN 'Subject' END, 'hs_task_subject') AS subject, links
  FROM pendo.outbox WHERE source = 'flow churn_task' ORDER BY item;
SELECT fields ->> 'Description' ~ 'Since 20.*; last seen 20.*, 15 days before 20' AS body
  FROM pendo.outbox WHERE source = 'flow churn_task' AND connection = 'force';
UPDATE account_day SET day = day + 1 WHERE account_id = 'acme' AND day = today() - 16;
UPDATE visitor_day SET day = day + 1 WHERE account_id = 'acme' AND day = today() - 16;
SELECT count(*) FROM churn_risk;
SELECT * FROM pendo.detect('sig_local');
SELECT count(*), bool_and(is_open) AS is_open FROM signal WHERE kind = 'churn_silence';
-- Somebody comes back, and goes again: that is another.
INSERT INTO account_day (day, account_id, events, minutes, visitors) VALUES (today() - 1, 'acme', 1, 1, 1);
SELECT * FROM pendo.detect('sig_local');
SELECT count(*), bool_and(is_open) AS is_open FROM signal WHERE kind = 'churn_silence';
DELETE FROM account_day WHERE account_id = 'acme' AND day = today() - 1;
UPDATE account_day SET day = day + 1 WHERE account_id = 'acme' AND day = today() - 15;
SELECT count(*) FROM churn_risk;
INSERT INTO churn_threshold (kind, days) VALUES ('silence', 10);
SELECT * FROM pendo.detect('sig_local');
SELECT count(*), count(*) FILTER (WHERE is_open) AS open FROM signal WHERE kind = 'churn_silence';
-- Days that are not complete yet: nothing is told from them, and nothing is over.
INSERT INTO pendo.pull (name, connection, source_schema, source_table, target_schema, target_table, mode, columns, time_column,
       since, every, is_scheduled, settle, recheck_for, vanished, max_vanished, created_at)
VALUES ('sig event', 'sig', 'sig', 'event', 'sig_local', 'event', 'by_window', '{day}', 'day', today() - 90, '1h', false,
        '1 day', '1 day', 'mark', 0, now() - interval '20 days');
INSERT INTO pendo.ledger (pull, window_start, window_end, read_at)
SELECT 'sig event', d AT TIME ZONE 'America/New_York', (d + interval '1 day') AT TIME ZONE 'America/New_York', d + interval '18 hours'
  FROM (SELECT today() - interval '1 day') v (d);
UPDATE account_day SET day = day - 100 WHERE account_id = 'beta' AND day BETWEEN today() - 15 AND today() - 2;
UPDATE account_day SET account_id = 'other' WHERE account_id = 'beta' AND day = today() - 1;
DELETE FROM account_day WHERE account_id = 'acme';
SELECT * FROM pendo.detect('sig_local');
SELECT account_id, is_open FROM signal WHERE kind = 'churn_silence' ORDER BY detected_at;
UPDATE pendo.ledger SET read_at = now() WHERE pull = 'sig event';
SELECT * FROM pendo.detect('sig_local');
SELECT account_id, is_open FROM signal WHERE kind = 'churn_silence' ORDER BY detected_at;
DELETE FROM pendo.pull WHERE name = 'sig event';
DELETE FROM churn_threshold;

-- Followed from the answer to the record, also by who may only read.
RESET ROLE;
CREATE TEMP TABLE ann AS SELECT r.item, r.kind, r.fact FROM flow_run r JOIN signal s USING (kind, fact)
 WHERE s.context ->> 'score' = '2' AND r.connection = 'force';
INSERT INTO pendo.delivery (item, owner, connection, object, operation, key, source, outcome, status, code, message, attempt, ended_at)
SELECT item, 'regress_pendo_sig_team', 'force', 'Task', 'upsert', 'k', 'flow detractor_task', 'retry', 400, 'UNABLE_TO_LOCK_ROW', 'locked', 1, clock_timestamp() FROM ann;
INSERT INTO pendo.waiting SELECT o.*, now(), 1, 'retry', 400, 'UNABLE_TO_LOCK_ROW', 'locked' FROM pendo.outbox o JOIN ann USING (item);
CREATE ROLE regress_pendo_sig_reader;
SELECT count(*) > 0 AS granted FROM pendo.grant_access('regress_pendo_sig_reader', 'application');
SET ROLE regress_pendo_sig_reader;
SELECT * FROM pendo.trace('sig_local', 'nps_detractor', 'x');
RESET ROLE;
GRANT SELECT ON ann TO regress_pendo_sig_reader, regress_pendo_sig_team;
SET ROLE regress_pendo_sig_team;
GRANT USAGE ON SCHEMA sig_local TO regress_pendo_sig_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA sig_local TO regress_pendo_sig_reader;
CREATE FUNCTION told(text, jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT regexp_replace(regexp_replace($1 || coalesce(': ' || ($2 - 'app_id' - 'key')::text, ''), '20\d\d-[^ "]*( [0-9:]+Z)?', 'TIME', 'g'), 'item \d+', 'item N') $$;
SET ROLE regress_pendo_sig_reader;
SELECT step, told(what, detail) FROM ann, pendo.trace('sig_local', kind, fact);
RESET ROLE;
INSERT INTO pendo.delivery (item, owner, connection, object, operation, key, source, outcome, status, attempt, remote_id, is_created, ended_at)
SELECT item, 'regress_pendo_sig_team', 'force', 'Task', 'upsert', 'k', 'flow detractor_task', 'delivered', 201, 2, '00T1', true, clock_timestamp() FROM ann;
DELETE FROM pendo.waiting;
SET ROLE regress_pendo_sig_reader;
SELECT step, told(what, NULL) FROM ann, pendo.trace('sig_local', kind, fact) WHERE step > 3;
SELECT count(DISTINCT what) > 8 AS all_of_them FROM pendo.trace('sig_local', visitor_id => 'ann@acme.com');
SELECT pendo.trace('sig_local', 'nps_detractor');
SET ROLE regress_pendo_sig_team;
SELECT step, told(what, NULL) FROM pendo.trace('sig_local', visitor_id => 'cy@gamma.example');
-- Somebody else's model, with a reader of both or of one.
RESET ROLE;
INSERT INTO pendo.model (connection, schema_name, owner) VALUES ('other', 'crm_there', 'regress_pendo_sig_team');
CREATE TABLE crm_there.flow_run ();
SET ROLE regress_pendo_sig_reader;
SELECT count(*) FROM pendo._flow_item;
RESET ROLE;
DROP TABLE crm_there.flow_run;
SET ROLE regress_pendo_sig_reader;
SELECT count(*) > 0 AS again FROM pendo._flow_item;
RESET ROLE;
DELETE FROM pendo.model WHERE connection = 'other';
SET ROLE regress_pendo_sig_team;
SELECT count(*) FROM pendo.run_flows('sig_local');
SELECT outcome, remote_id, message FROM flow_run JOIN ann USING (kind, fact) WHERE connection = 'force';
SELECT waits, count(*) > 0 AS some FROM signal_open GROUP BY 1 ORDER BY 1;

-- What somebody else writes into the table of flows runs with nobody's rights.
RESET ROLE;
CREATE ROLE regress_pendo_sig_bob;
SELECT count(*) > 0 AS granted FROM pendo.grant_access('regress_pendo_sig_bob', 'analyst');
CREATE TABLE public.loot (who name);
GRANT INSERT ON public.loot TO PUBLIC;
CREATE SCHEMA sig_bob AUTHORIZATION regress_pendo_sig_bob;
GRANT USAGE ON SCHEMA sig_bob TO PUBLIC;
SET ROLE regress_pendo_sig_team;
GRANT USAGE ON SCHEMA sig_local TO regress_pendo_sig_bob;
GRANT ALL ON flow, signal TO regress_pendo_sig_bob;
SET ROLE regress_pendo_sig_bob;
CREATE FUNCTION sig_bob.rob() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN INSERT INTO public.loot VALUES (current_user); RETURN true; END $$;
CREATE FUNCTION sig_bob.evil() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN RETURN sig_bob.rob(); END $$;   -- by the planner already
INSERT INTO flow (name, signal_kind, subject, condition, owner) VALUES ('hers', 'nps_detractor', 'x', 'true', 'regress_pendo_sig_team');
INSERT INTO flow (name, signal_kind, subject, condition) VALUES ('his', 'nps_detractor', 'x', 'sig_bob.evil()'), ('detractor_task', 'nps_detractor', 'x', 'sig_bob.evil()');
SELECT count(*) FROM pendo.detect('sig_local');
SELECT count(*) FROM pendo.run_flows('sig_local');
SELECT pendo.release_signals('sig_local');
RESET ROLE;
-- Nor with a superuser's.
SELECT count(*) FROM pendo.detect('sig_local');
SELECT who = 'regress_pendo_sig_bob' AS is_bob FROM public.loot;
TRUNCATE public.loot;
SET ROLE regress_pendo_sig_team;
UPDATE flow SET priority = 'low', condition = condition WHERE owner = 'regress_pendo_sig_bob';
SELECT name FROM effective_flow ORDER BY 1;
SELECT answer('ann@acme.com', 'acme', 5, '7 days');
SELECT * FROM pendo.run_signals('sig_local');
SELECT what FROM pendo.problem WHERE what ~ 'sig_local';
RESET ROLE;
SELECT * FROM public.loot;
SET ROLE regress_pendo_sig_team;
SELECT count(*) FROM pendo.outbox WHERE source = 'flow his';
-- A model that fails is told, and stops no other.
ALTER VIEW signal_fact RENAME COLUMN title TO titel;
SELECT * FROM pendo.run_signals('sig_local');
SELECT what, next_statement FROM pendo.problem WHERE what ~ 'not looked for';
ALTER VIEW signal_fact RENAME COLUMN titel TO title;
SELECT * FROM pendo.run_signals('sig_local');
SELECT count(*) FROM pendo.problem WHERE what ~ 'not looked for';
SELECT owner = current_user AS mine, schema_name, due_at > now() AS is_later FROM pendo._due_signals();
SELECT * FROM pendo.run_signals();

RESET ROLE;
TRUNCATE pendo.outbox, pendo.delivery;
DELETE FROM pendo.signal_state;
SET ROLE regress_pendo_sig_team;
SELECT count(pendo.drop_pull(name)) FROM pendo.pull WHERE target_schema = 'sig_local';
RESET ROLE;
DELETE FROM pendo.summary WHERE schema_name = 'sig_local';
DELETE FROM pendo.model WHERE connection = 'sig';
DELETE FROM pendo.crm_table;
DROP SCHEMA sig_bob, sig_local CASCADE;
DROP TABLE public.loot, ann;
DROP OWNED BY regress_pendo_sig_bob, regress_pendo_sig_reader, regress_pendo_sig_team;
DROP ROLE regress_pendo_sig_bob, regress_pendo_sig_reader, regress_pendo_sig_team;
\i :drop_crm
\i :drop
\i :together
