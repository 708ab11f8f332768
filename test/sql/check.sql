-- pendo.check(): a row a step, for good connections and for each thing that goes wrong.
\set SHOW_CONTEXT never
\set server chk
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
SET client_min_messages = warning;
SELECT step, is_ok, CASE WHEN step <> 'clock' THEN replace(result, :'url', 'URL') END AS result, hint
  FROM pendo.check('chk');
-- Applications and time zone are those of the subscription, or not.
ALTER SERVER chk OPTIONS (ADD apps '-323232, 77,78');
SELECT is_ok, hint FROM pendo.check('chk') WHERE step = 'apps';
ALTER SERVER chk OPTIONS (SET apps 'web|ios');
SELECT is_ok, hint FROM pendo.check('chk') WHERE step = 'apps';
ALTER SERVER chk OPTIONS (SET time_zone 'Asia/Kolkata');
SELECT is_ok, result, hint ~ '^Zones that fit: [A-Z]\w+/\w+, .+\.$' AS names_some
  FROM pendo.check('chk') WHERE step = 'time zone';
-- The same offset all month: nobody could tell.
ALTER SERVER chk OPTIONS (SET time_zone 'America/Toronto');
SELECT is_ok FROM pendo.check('chk') WHERE step = 'time zone';
ALTER SERVER chk OPTIONS (SET time_zone 'America/New_York');
-- Keys: wrong, read only, another one for writing.
ALTER USER MAPPING FOR CURRENT_USER SERVER chk OPTIONS (SET integration_key 'wrong');
SELECT step, is_ok, hint FROM pendo.check('chk') WHERE step IN ('key', 'region', 'right to write');
ALTER USER MAPPING FOR CURRENT_USER SERVER chk OPTIONS (SET integration_key '22222222-2222-4222-8222-222222222222');
SELECT step, is_ok, result, hint FROM pendo.check('chk') WHERE step ~ 'key|write';
ALTER USER MAPPING FOR CURRENT_USER SERVER chk OPTIONS (ADD write_integration_key :'key');
SELECT step, is_ok, result, hint FROM pendo.check('chk') WHERE step ~ 'key|write';
ALTER USER MAPPING FOR CURRENT_USER SERVER chk OPTIONS (SET write_integration_key 'wrong');
SELECT step, is_ok FROM pendo.check('chk') WHERE step ~ 'key|write';
ALTER USER MAPPING FOR CURRENT_USER SERVER chk OPTIONS (DROP write_integration_key, SET integration_key :'key');
-- The way there.
ALTER SERVER chk OPTIONS (SET base_url 'http://127.0.0.1:9');
SELECT * FROM pendo.check('chk');
ALTER SERVER chk OPTIONS (SET base_url 'http://192.0.2.1');
SELECT * FROM pendo.check('chk');
ALTER SERVER chk OPTIONS (SET base_url 'https://127.0.0.1:9', ADD http_proxy 'http://127.0.0.1:9');
SELECT * FROM pendo.check('chk');
ALTER SERVER chk OPTIONS (SET base_url :'url', DROP http_proxy);
-- It can be joined.
SELECT count(*) FROM (VALUES ('chk')) v (server), pendo.check(v.server) WHERE is_ok;
-- What it cannot be about.
SELECT * FROM pendo.check('nonsense');
CREATE FOREIGN DATA WRAPPER other_fdw;
CREATE SERVER chk_other FOREIGN DATA WRAPPER other_fdw;
SELECT * FROM pendo.check('chk_other');
SELECT * FROM pendo.refresh_tables('chk_other');
DROP FOREIGN DATA WRAPPER other_fdw CASCADE;
-- Whom it lets.
CREATE ROLE regress_pendo_checker;
GRANT USAGE ON SCHEMA pendo TO regress_pendo_checker;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA pendo TO regress_pendo_checker;
GRANT SELECT ON ALL TABLES IN SCHEMA pendo TO regress_pendo_checker;
SET ROLE regress_pendo_checker;
SELECT * FROM pendo.check('chk');
SELECT * FROM pendo._probe('chk', 'GET', '/api/v1/token/verify', NULL, false);
SELECT * FROM pendo._offered_column('chk', 'day');
RESET ROLE;
GRANT USAGE ON FOREIGN SERVER chk TO regress_pendo_checker;
SET ROLE regress_pendo_checker;
\set VERBOSITY sqlstate
SELECT * FROM pendo.check('chk');
\set VERBOSITY default
CREATE USER MAPPING FOR CURRENT_USER SERVER chk OPTIONS (integration_key '22222222-2222-4222-8222-222222222222');
SELECT count(*) FILTER (WHERE is_ok) FROM pendo.check('chk');
RESET ROLE;
DROP OWNED BY regress_pendo_checker;
DROP ROLE regress_pendo_checker;
\i :drop
