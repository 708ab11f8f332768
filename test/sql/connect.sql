-- pendo.connect() prints what it ran, without the key.
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
\set SHOW_CONTEXT never
SELECT * FROM pendo.connect('c1', 'UTC', integration_key => 'b', schema => 'c2', options => :'options');
SELECT * FROM pendo.connect('c2', 'Moon', integration_key => 'b', schema => 'c2', options => :'options');

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
GRANT EXECUTE ON FUNCTION pendo.connect TO regress_pendo_analyst;
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
