-- pendo.connect() prints what it ran, without the key.
\set SHOW_CONTEXT never
\getenv url PENDO_SANDBOX_URL
\getenv key PENDO_SANDBOX_KEY
SET client_min_messages = warning;
SELECT jsonb_build_object('base_url', :'url', 'apps', 'web') AS options \gset
SELECT replace(connect, :'url', 'URL') AS connect
  FROM pendo.connect('c1', 'America/New_York', integration_key => :'key',
           schema => 'c1', history_start => '2024-06-01', period => 'hour',
           options => :'options') AS connect;
SELECT table_name, object, period FROM pendo.live_table
 WHERE connection = 'c1' ORDER BY 1;

-- It takes one key, a known region, and a name that is free.
SELECT * FROM pendo.connect('c2', 'UTC');
SELECT * FROM pendo.connect('c2', 'UTC', secret_file => 'a', integration_key => 'b');
SELECT * FROM pendo.connect('c2', 'UTC', integration_key => 'b', region => 'moon');
SELECT * FROM pendo.connect('c1', 'UTC', integration_key => 'b', schema => 'c2', options => :'options');
SELECT * FROM pendo.connect('c2', 'Moon', integration_key => 'b', schema => 'c2', options => :'options');

-- The key may lie in a file, which then is all that the mapping names.
SELECT setting AS folder FROM pg_settings WHERE name = 'pendo_fdw.secret_directory' \gset
SELECT format('umask 077; cat > %s/regress-connect.key', :'folder') AS program \gset
COPY (SELECT :'key') TO PROGRAM :'program';
SELECT replace(connect, :'url', 'URL') AS connect
  FROM pendo.connect('c4', 'America/New_York', secret_file => 'regress-connect.key', schema => 'c1; "', options => :'options'::jsonb || '{"max_requests": 2, "apps": null}') AS connect;
SELECT count(*) FROM "c1; """.app;
SELECT umoptions FROM pg_user_mappings WHERE srvname = 'c4';
DROP SERVER c4 CASCADE;
DROP SCHEMA "c1; """;
-- All or nothing: what is in the way, or undone, leaves nothing behind.
CREATE SCHEMA c5;
CREATE TABLE c5.app ();
\set VERBOSITY terse
SELECT * FROM pendo.connect('c5', 'America/New_York', integration_key => :'key', schema => 'c5', options => :'options');
SELECT * FROM pendo.connect('c5', 'America/New_York', integration_key => :'key', schema => 'c6', period => 'week', options => :'options');
SELECT * FROM pendo.connect('c5', 'America/New_York', integration_key => :'key', schema => 'c6', options => '{"base_url": "https://x", "time_zone": "UTC"}');
SELECT * FROM pendo.connect('c5', 'America/New_York', integration_key => :'key', schema => 'c6', options => '{"integration_key": "k"}');
SELECT * FROM pendo.connect('c5', 'America/New_York', integration_key => :'key', schema => 'c6', options => '["a"]');
SELECT * FROM pendo.connect(NULL, 'America/New_York', integration_key => :'key', schema => 'c6', options => :'options');
SELECT * FROM pendo.connect('c5', NULL, integration_key => :'key', schema => 'c6', options => :'options');
SELECT * FROM pendo.connect('c5', 'America/New_York', integration_key => :'key', schema => NULL, options => :'options');
SELECT * FROM pendo.connect('c5', 'America/New_York', integration_key => :'key', schema => 'c6', options => NULL);
SELECT * FROM pendo.connect('c5', 'America/New_York', integration_key => '', schema => 'c6', options => :'options');
SELECT * FROM pendo.connect('c5', 'America/New_York', secret_file => '../key', schema => 'c6', options => :'options');
BEGIN;
SELECT count(*) FROM pendo.connect('c5', 'America/New_York', integration_key => :'key', schema => 'c6', options => :'options');
SELECT count(*) FROM c6.app;
ROLLBACK;
\set VERBOSITY default
SELECT count(*) FROM pg_foreign_server WHERE srvname = 'c5';
SELECT to_regnamespace('c6'), (SELECT count(*) FROM pg_class WHERE relnamespace = 'c5'::regnamespace) AS in_c5;
DROP SCHEMA c5 CASCADE;

-- A wrong key is found at once, and then nothing is left.
\set VERBOSITY sqlstate
SELECT * FROM pendo.connect('c2', 'UTC', integration_key => 'wrong', schema => 'c2', options => :'options');
\set VERBOSITY default
SELECT count(*) FROM pg_foreign_server WHERE srvname = 'c2';
SELECT to_regnamespace('c2');

-- A role with these grants needs no more.
CREATE ROLE regress_pendo_analyst;
GRANT USAGE ON FOREIGN DATA WRAPPER pendo_fdw TO regress_pendo_analyst;
GRANT USAGE ON SCHEMA pendo TO regress_pendo_analyst;
GRANT SELECT ON pendo.region TO regress_pendo_analyst;
GRANT EXECUTE ON FUNCTION pendo.connect, pendo._map_user TO regress_pendo_analyst;
CREATE SCHEMA c3 AUTHORIZATION regress_pendo_analyst;
SET ROLE regress_pendo_analyst;
SELECT count(*) FROM pendo.connect('c3', 'America/New_York', integration_key => :'key', schema => 'c3', options => :'options');
SELECT count(*) FROM c3.app;
SELECT obj_description('c3.app'::regclass);
RESET ROLE;
DROP SCHEMA c3 CASCADE;
DROP SERVER c3 CASCADE;
DROP OWNED BY regress_pendo_analyst;
DROP ROLE regress_pendo_analyst;
DROP SERVER c1 CASCADE;
DROP SCHEMA c1 CASCADE;
