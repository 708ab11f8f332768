-- What cannot be reached: one error each, with its SQLSTATE.
\getenv key PENDO_SANDBOX_KEY
SET client_min_messages = warning;
CREATE SERVER err FOREIGN DATA WRAPPER pendo_fdw OPTIONS (time_zone 'UTC', base_url 'http://127.0.0.1:9', max_attempts '2', retry_delay '1ms', request_burst '1000', requests_per_second '1000');
CREATE FOREIGN TABLE err_app (id bigint) SERVER err OPTIONS (object 'app');
-- No user mapping, one without a key, one whose file is missing.
\set VERBOSITY sqlstate
SELECT * FROM err_app;
\set VERBOSITY default
CREATE USER MAPPING FOR CURRENT_USER SERVER err;
SELECT * FROM err_app;
ALTER USER MAPPING FOR CURRENT_USER SERVER err OPTIONS (ADD secret_file 'no-such-file');
\set VERBOSITY sqlstate
SELECT * FROM err_app;
\set VERBOSITY default
ALTER USER MAPPING FOR CURRENT_USER SERVER err OPTIONS (DROP secret_file, ADD integration_key :'key');
-- Nobody listens.
\set VERBOSITY terse
SELECT * FROM err_app;
\set VERBOSITY sqlstate
SELECT * FROM err_app;
SELECT step, is_ok FROM pendo.check('err');
-- Not by plain http, not into a private network.
ALTER SERVER err OPTIONS (SET base_url 'http://192.0.2.1');
SELECT * FROM err_app;
ALTER SERVER err OPTIONS (SET base_url 'https://10.0.0.1');
SELECT * FROM err_app;
ALTER SERVER err OPTIONS (SET base_url 'https://[::1]:9');
SELECT * FROM err_app;
\set VERBOSITY default
SELECT * FROM err_app;
-- No such host, wherever that is found out.
ALTER SERVER err OPTIONS (SET base_url 'https://pendo.invalid', SET max_attempts '1', ADD connect_timeout '2s');
\set VERBOSITY sqlstate
SELECT * FROM err_app;
\set VERBOSITY default
SELECT * FROM pendo.check('nonsense');
-- EXPLAIN and the planner ask nobody.
EXPLAIN (COSTS OFF) SELECT * FROM err_app WHERE id = 1;
DROP SERVER err CASCADE;
