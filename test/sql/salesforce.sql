-- Salesforce: connecting, live tables, what is asked of it, and the check.
\set SHOW_CONTEXT never
\getenv url SALESFORCE_URL
\getenv id SALESFORCE_CLIENT_ID
\getenv secret SALESFORCE_CLIENT_SECRET
\getenv refresh SALESFORCE_REFRESH_TOKEN
\getenv org SALESFORCE_ORG_ID
SET client_min_messages = warning;
SET timezone = 'UTC';
SELECT jsonb_build_object('requests_per_second', 10000, 'request_burst', 1000) AS options \gset
SELECT count(*) > 10 AS loaded FROM pendo._option('salesforce_fdw');
SELECT setting AS folder FROM pg_settings WHERE name = 'pendo_fdw.secret_directory' \gset
SELECT format('umask 077; cat > %s/regress-sf.key', :'folder') AS program \gset
COPY (SELECT :'secret') TO PROGRAM :'program';
SELECT replace(c, :'url', 'URL') AS connect
  FROM pendo.connect_salesforce('sf', :'url', :'id', 'regress-sf.key', schema => 'sf', options => :'options') AS c;
SELECT replace(c, :'url', 'URL') AS connect
  FROM pendo.connect_salesforce('sf2', :'url', :'id', client_secret => :'secret', refresh_token => :'refresh',
                                schema => 'sf2', options => :'options') AS c;
SELECT count(*) > 0 AS rows FROM sf2.account;
SELECT * FROM pendo.connect_salesforce('sf3', :'url', :'id');
SELECT * FROM pendo.connect_salesforce('sf3', :'url', :'id', 'a', client_secret => 'b');
DROP SERVER sf2 CASCADE;
DROP SCHEMA sf2 CASCADE;

-- Tables, columns and comments; the organisation's own fields have a column, and those
-- that the user may not see have none.
SELECT table_name, object, obj_description(relation) FROM pendo.live_table WHERE connection = 'sf' ORDER BY 1;
SELECT column_name, type, field, col_description(relation, n::int)
  FROM (SELECT *, row_number() OVER () AS n FROM pendo.live_column c
         WHERE c.connection = 'sf' AND c.table_name = 'account') AS c ORDER BY n;
SELECT count(*) AS differences FROM pendo.refresh_tables('sf');

-- Values.
SELECT name, number_of_employees, annual_revenue, pendo_score__c, pendo_active__c, pendo_tags__c, pendo_first_visit__c,
       pendo_last_visit__c, created_at
  FROM sf.account ORDER BY name, id LIMIT 4;
SELECT count(*), count(DISTINCT id), count(email) FROM sf.contact;
SELECT count(*), count(due_on) FROM sf.task;
SELECT count(*) > 1 AS several, bool_or(is_active) AS active FROM sf."user";

-- What is asked.
EXPLAIN (COSTS OFF) SELECT id, name FROM sf.account;
EXPLAIN (COSTS OFF) SELECT count(*) FROM sf.account;
EXPLAIN (COSTS OFF) SELECT name, is_deleted FROM sf.account;
EXPLAIN (COSTS OFF) SELECT name FROM sf.account WHERE is_deleted;
EXPLAIN (COSTS OFF) SELECT name FROM sf.account WHERE NOT is_deleted;
EXPLAIN (COSTS OFF) SELECT name FROM sf.account WHERE id IN ('001000000000001', 'x'' OR Name != ''', '001000000000001AAA');
EXPLAIN (COSTS OFF) SELECT name FROM sf.account WHERE id = 'nonsense';
EXPLAIN (COSTS OFF) SELECT email FROM sf.contact WHERE updated_at > '2024-05-01 12:00' AND last_name > 'M';
SELECT count(*) FROM sf.account WHERE id = 'nonsense';

-- Fields of parents, by a column of one's own; what SOQL cannot name is an error.
CREATE FOREIGN TABLE sf.owned (id text, owner_name text OPTIONS (field 'Owner.Name')) SERVER sf OPTIONS (object 'account');
SELECT count(*) = count(owner_name) AS all_owned FROM sf.owned;
ALTER FOREIGN TABLE sf.owned ALTER owner_name OPTIONS (SET field 'Id FROM Account WHERE x');
SELECT count(owner_name) FROM sf.owned;

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
SELECT id AS first FROM sf.account ORDER BY name, id LIMIT 1 \gset
SELECT left(q.query, 70) AS query, b.* FROM (VALUES
    (format('SELECT name, updated_at FROM sf.account WHERE id = %L', :'first')),
    (format('SELECT name FROM sf.account WHERE id IN (%L, %L, %L)', :'first', left(:'first', 15), '')),
    ('SELECT id, updated_at FROM sf.contact WHERE updated_at >= ''2024-05-20 10:00:00.5'''),
    ('SELECT id FROM sf.contact WHERE updated_at > ''-infinity'''),
    ('SELECT id FROM sf.contact WHERE updated_at > ''infinity'''),
    ('SELECT id FROM sf.account WHERE is_deleted'),
    ('SELECT id, is_deleted FROM sf.account'),
    ('SELECT id FROM sf.account WHERE NOT is_deleted AND updated_at > ''2020-01-01''')) AS q (query),
    pg_temp.both(q.query) b;

-- Options.
\set VERBOSITY terse
CREATE SERVER sf4 FOREIGN DATA WRAPPER salesforce_fdw;
ALTER SERVER sf OPTIONS (ADD api_version '68');
ALTER SERVER sf OPTIONS (SET login_url 'https://x/services');
ALTER USER MAPPING FOR CURRENT_USER SERVER sf OPTIONS (DROP client_id);
\set VERBOSITY default

-- The check.
SELECT step, is_ok, replace(result, :'org', 'ORG') AS result, hint
  FROM pendo.check('sf') WHERE step NOT IN ('clock', 'address', 'dns', 'connect', 'tls', 'proxy', 'requests');
SELECT is_ok, result ~ '^\d+ of 100000 left in 24 hours$' AS counted FROM pendo.check('sf') WHERE step = 'requests';
ALTER SERVER sf OPTIONS (ADD expected_org :'org', ADD environment 'test', ADD api_version '20.0');
SELECT step, is_ok, hint FROM pendo.check('sf') WHERE step IN ('organisation', 'environment', 'version');
ALTER SERVER sf OPTIONS (DROP api_version);
ALTER USER MAPPING FOR CURRENT_USER SERVER sf OPTIONS (DROP client_secret_file, ADD client_secret 'wrong');
SELECT step, is_ok, regexp_replace(result, '"[\d.:]+"', 'HOST') AS result, hint FROM pendo.check('sf') WHERE step = 'sign-in';
\set VERBOSITY sqlstate
SELECT count(*) FROM sf.account;
DROP SERVER sf CASCADE;
DROP SCHEMA sf CASCADE;
