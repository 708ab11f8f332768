-- Every table can be read, with its types.
\set server scan
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
ALTER SERVER scan OPTIONS (ADD on_bad_value 'null');
SELECT count(*), count(visitor_id), min(auto_firstvisit) < max(auto_lastvisit) FROM visitor;
SELECT count(*), count(account_id) FROM account;
SELECT min(day), max(day), count(*) > 0, sum(num_events) > 0 FROM event WHERE day BETWEEN '2024-06-01' AND '2024-06-14';
SELECT count(*) > 0, count(DISTINCT page_id) > 1 FROM page_event WHERE day BETWEEN '2024-06-01' AND '2024-06-03';
SELECT count(*) > 0, count(DISTINCT feature_id) > 1 FROM feature_event WHERE day BETWEEN '2024-06-01' AND '2024-06-03';
SELECT count(*) > 0, bool_or(server_name = '__apitrackevent__') FROM track_event WHERE day BETWEEN '2024-06-01' AND '2024-06-07';
SELECT count(*) > 0, bool_and(browser_time < '2024-06-08') FROM guide_event WHERE browser_time >= '2024-06-01' AND browser_time < '2024-06-08';
SELECT count(*) > 0, count(DISTINCT poll_type) > 1 FROM poll_event WHERE browser_time >= '2024-05-01' AND browser_time < '2024-06-08';
SELECT count(*) > 0, min(score) >= 0, max(score) <= 10 FROM nps_response WHERE browser_time >= '2024-05-01' AND browser_time < '2024-06-08';
SELECT id, name, platform FROM app ORDER BY id;
SELECT count(*), count(DISTINCT app_id) > 1 FROM page;
SELECT count(*), count(DISTINCT product_area_id) > 1 FROM feature;
SELECT count(*) FROM track_type;
SELECT count(*), count(items) FROM product_area;
SELECT state, count(*) > 0 FROM guide GROUP BY state ORDER BY state;
SELECT count(*) = (SELECT sum(jsonb_array_length(steps)) FROM guide) AS all_steps FROM guide_step;
SELECT count(*) = (SELECT sum(jsonb_array_length(polls)) FROM guide) AS all_polls FROM poll;
SELECT count(*), count(DISTINCT id) FROM segment;
SELECT count(*), count(definition) > 0 FROM report;
SELECT count(*), count(DISTINCT type) FROM feedback;
SELECT count(*), bool_or(revoked) FROM vote;

-- A list, a nested field, a name that cannot be written as an expression.
SELECT auto_accountids FROM visitor WHERE array_length(auto_accountids, 1) = 2 ORDER BY visitor_id COLLATE "C" LIMIT 1;
SELECT count(agent_my_field) > 0, count(agent_my_field_2) > 0, count(custom_dot_ted) > 0, count("custom_emoji😀") > 0 FROM visitor;
SELECT count(*) FROM visitor v WHERE v.agent_email IS DISTINCT FROM v.metadata #>> '{agent,email}';
SELECT count(*) FROM visitor WHERE tableoid <> 'visitor'::regclass;
SELECT count(v) FROM visitor v WHERE v IS NOT NULL;

-- Early stop, subqueries, joins, rescans.
SELECT count(*) FROM (SELECT visitor_id FROM event WHERE day BETWEEN '2024-06-01' AND '2024-06-14' LIMIT 7) e;
SELECT EXISTS (SELECT FROM event WHERE day = '2024-06-03');
SELECT NOT EXISTS (SELECT FROM event WHERE day = '2024-06-03' AND num_events < 0);
SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;
SELECT a.id, (SELECT count(*) > 0 FROM page p WHERE p.app_id = a.id) FROM app a ORDER BY id;
SELECT count(*) FROM app a, LATERAL (SELECT DISTINCT app_id FROM feature f WHERE f.app_id = a.id) x;
RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_material;


-- Read only.
UPDATE visitor SET agent_role = 'x';
DELETE FROM visitor;
INSERT INTO app (id) VALUES (1);
ANALYZE app;
\i :drop
