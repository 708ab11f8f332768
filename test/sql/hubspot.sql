-- HubSpot: connecting, live tables, what is asked of it, and the check.
\set SHOW_CONTEXT never
\getenv url HUBSPOT_URL
\getenv token HUBSPOT_TOKEN
\getenv read_only HUBSPOT_READ_ONLY_TOKEN
\getenv portal HUBSPOT_PORTAL_ID
SET client_min_messages = warning;
SET timezone = 'UTC';
SELECT jsonb_build_object('base_url', :'url', 'requests_per_second', 10000, 'request_burst', 1000,
                          'searches_per_second', 10000) AS options \gset
SELECT replace(c, :'url', 'URL') AS connect
  FROM pendo.connect_hubspot('hub', access_token => :'token', schema => 'hub', environment => 'test',
                             options => :'options') AS c;
SELECT * FROM pendo.connect_hubspot('hub2');
SELECT * FROM pendo.connect_hubspot('hub2', secret_file => 'a', access_token => 'b');
-- A token where a file's name belongs is not shown; and a file that is not there.
SELECT * FROM pendo.connect_hubspot('hub2', 'pat-na1-11111111-2222-4333-8444-555555555555');
DO $$
BEGIN
    PERFORM pendo.connect_hubspot('hub2', 'no_such_file');
EXCEPTION WHEN undefined_file THEN
    DECLARE hint text;
    BEGIN
        GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
        RAISE INFO '%', hint;
    END;
END $$;

-- Tables, columns and comments; the account's own properties have a column.
SELECT table_name, object, obj_description(relation) FROM pendo.live_table WHERE connection = 'hub' ORDER BY 1;
SELECT column_name, type, field, col_description(relation, n::int)
  FROM (SELECT *, row_number() OVER () AS n FROM pendo.live_column c
         WHERE c.connection = 'hub' AND c.table_name = 'company') AS c ORDER BY n;
SELECT count(*) AS differences FROM pendo.refresh_tables('hub');
-- A table that is not there comes by the statement that is told.
DROP FOREIGN TABLE hub.owner;
SELECT * FROM pendo.refresh_tables('hub');
SELECT statement FROM pendo.refresh_tables('hub') \gexec
SELECT count(*) AS differences FROM pendo.refresh_tables('hub');
-- Two connections' tables are not in one schema.
SELECT * FROM pendo.connect_hubspot('hub2', access_token => :'token', schema => 'hub', options => :'options');

-- Values: strings of HubSpot's are what their types say.
SELECT id, name, domain, number_of_employees, health_score, renewal_date, last_sync, products, is_key_account, created_at
  FROM hub.company ORDER BY id::bigint LIMIT 4;
SELECT count(*), count(email), count(DISTINCT id), min(updated_at) <= max(updated_at) AS ordered FROM hub.contact;
SELECT count(*), count(DISTINCT status) > 1 AS several, bool_and(due_at IS NOT NULL) AS due FROM hub.task;
SELECT count(*) > 1 AS several, count(*) FILTER (WHERE is_archived) AS archived FROM hub.owner;

-- Pages: several of the list, and the search behind its own end.
SELECT count(*) = count(DISTINCT id) AS unique_rows, count(*) > 200 AS several_pages FROM hub.contact;
SELECT count(*) = (SELECT count(*) FROM hub.contact) AS same FROM hub.contact WHERE updated_at >= '2000-01-01';

-- What is asked.
EXPLAIN (COSTS OFF) SELECT id, name FROM hub.company;
EXPLAIN (COSTS OFF) SELECT id, name, is_archived FROM hub.company;
EXPLAIN (COSTS OFF) SELECT name FROM hub.company WHERE is_archived AND city = 'Oslo';
EXPLAIN (COSTS OFF) SELECT name FROM hub.company WHERE id IN ('12', '17', 'x', '12');
EXPLAIN (COSTS OFF) SELECT name FROM hub.company WHERE id = 'x';
EXPLAIN (COSTS OFF) SELECT email FROM hub.contact WHERE updated_at > '2024-05-01 12:00' AND id <> '4';
EXPLAIN (COSTS OFF) SELECT email FROM hub.contact WHERE updated_at > '2024-05-01' OR id = '4';
EXPLAIN (COSTS OFF) SELECT email FROM hub.owner WHERE id = '4';
ALTER SERVER hub OPTIONS (ADD api_version '2026-09');
EXPLAIN (COSTS OFF) SELECT name FROM hub.company WHERE updated_at >= '2024-05-01';
SELECT count(*) FROM hub.company WHERE updated_at >= '2024-05-01';
SELECT count(*) FROM hub.owner;
ALTER SERVER hub OPTIONS (DROP api_version);

-- Pushdown changes no result.
CREATE FUNCTION pg_temp.both(query text) RETURNS TABLE (rows bigint, same boolean) LANGUAGE plpgsql AS $$
DECLARE
    pushed text[];
    fetched text[];
BEGIN
    EXECUTE format('SELECT array_agg(r::text ORDER BY r::text) FROM (%s) r', query) INTO pushed;
    SET LOCAL pendo_fdw.enable_pushdown = off;
    EXECUTE format('SELECT array_agg(r::text ORDER BY r::text) FROM (%s) r', query) INTO fetched;
    SET LOCAL pendo_fdw.enable_pushdown = on;
    RETURN QUERY SELECT coalesce(cardinality(pushed), 0)::bigint, pushed IS NOT DISTINCT FROM fetched;
END $$;
SELECT id AS first FROM hub.company ORDER BY id::bigint LIMIT 1 \gset
SELECT q.query, b.* FROM (VALUES
    (format('SELECT * FROM hub.company WHERE id = %L', :'first')),
    (format('SELECT id, is_archived FROM hub.company WHERE id IN (%L, %L, %L)', :'first', '1', '')),
    ('SELECT id FROM hub.company WHERE id = ANY (ARRAY[NULL, ''7'']::text[])'),
    ('SELECT id, updated_at FROM hub.contact WHERE updated_at >= ''2024-05-20 10:00:00.5'''),
    ('SELECT id FROM hub.contact WHERE updated_at > ''-infinity'''),
    ('SELECT id FROM hub.contact WHERE updated_at > ''infinity'''),
    ('SELECT id FROM hub.company WHERE is_archived'),
    ('SELECT id FROM hub.company WHERE NOT is_archived'),
    ('SELECT id FROM hub.task WHERE is_archived IS NOT NULL AND updated_at > ''2024-01-01''')) AS q (query),
    pg_temp.both(q.query) b;
PREPARE by_id (text) AS SELECT count(*) FROM hub.company WHERE id = $1;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE by_id ('12');
EXECUTE by_id (:'first');

-- Options.
\set VERBOSITY terse
ALTER SERVER hub OPTIONS (ADD time_zone 'UTC');
ALTER SERVER hub OPTIONS (ADD api_version 'v2026');
ALTER FOREIGN TABLE hub.company OPTIONS (SET object 'visitor');
IMPORT FOREIGN SCHEMA hubspot FROM SERVER hub INTO public OPTIONS (period 'day');
CREATE USER MAPPING FOR PUBLIC SERVER hub OPTIONS (integration_key 'k');
\set VERBOSITY default

-- Bad values.
CREATE FOREIGN TABLE hub.odd (id text, name double precision) SERVER hub OPTIONS (object 'company');
\set VERBOSITY sqlstate
SELECT count(name) FROM hub.odd;
\set VERBOSITY default
ALTER FOREIGN TABLE hub.odd OPTIONS (ADD on_bad_value 'null');
SELECT count(*) > 0 AS rows, count(name) FROM hub.odd;

-- The check.
SELECT step, is_ok, replace(result, :'portal', 'PORTAL') AS result, hint
  FROM pendo.check('hub') WHERE step NOT IN ('clock', 'address', 'dns', 'connect', 'tls', 'proxy');
ALTER SERVER hub OPTIONS (ADD expected_org '1');
SELECT is_ok, hint FROM pendo.check('hub') WHERE step = 'organisation';
ALTER SERVER hub OPTIONS (SET expected_org :'portal');
SELECT is_ok, hint FROM pendo.check('hub') WHERE step = 'organisation';
ALTER USER MAPPING FOR CURRENT_USER SERVER hub OPTIONS (ADD write_access_token :'read_only');
SELECT step, is_ok, result, hint FROM pendo.check('hub') WHERE step LIKE 'right to write%';
ALTER USER MAPPING FOR CURRENT_USER SERVER hub OPTIONS (SET access_token 'wrong');
SELECT step, is_ok, hint FROM pendo.check('hub') WHERE step = 'token';
\set VERBOSITY sqlstate
SELECT count(*) FROM hub.company;
\set VERBOSITY default
-- Live tables are not written to, and the hint says what to do.
INSERT INTO hub.company (name) VALUES ('x');
UPDATE hub.company SET name = 'x' WHERE id = '1';
DELETE FROM hub.company WHERE id = '1';
DROP SERVER hub CASCADE;
DROP SCHEMA hub CASCADE;
