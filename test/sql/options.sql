-- Options of servers, mappings, tables and columns.
\set VERBOSITY default
CREATE SERVER o1 FOREIGN DATA WRAPPER pendo_fdw;
CREATE SERVER o1 FOREIGN DATA WRAPPER pendo_fdw OPTIONS (timezone 'UTC');
CREATE SERVER o1 FOREIGN DATA WRAPPER pendo_fdw OPTIONS (time_zone 'UTC', frobnicate 'x');
CREATE SERVER o1 FOREIGN DATA WRAPPER pendo_fdw OPTIONS (time_zone 'Mars/Olympus');
CREATE SERVER o1 FOREIGN DATA WRAPPER pendo_fdw OPTIONS (time_zone 'UTC', integration_key 'k');
CREATE SERVER o1 FOREIGN DATA WRAPPER pendo_fdw OPTIONS (time_zone 'Europe/Berlin');

-- Bad values, each with what is expected.
ALTER SERVER o1 OPTIONS (ADD base_url 'app.pendo.io');
ALTER SERVER o1 OPTIONS (ADD base_url 'https://user@app.pendo.io');
ALTER SERVER o1 OPTIONS (ADD base_url 'https://app.pendo.io/');
ALTER SERVER o1 OPTIONS (ADD base_url 'file:///etc/passwd');
ALTER SERVER o1 OPTIONS (ADD apps 'web|desktop');
ALTER SERVER o1 OPTIONS (ADD apps '');
ALTER SERVER o1 OPTIONS (ADD apps '12,3x');
ALTER SERVER o1 OPTIONS (ADD apps '99999999999999999999');
ALTER SERVER o1 OPTIONS (ADD history_start 'yesterday');
ALTER SERVER o1 OPTIONS (ADD history_start '2024-02-30');
ALTER SERVER o1 OPTIONS (ADD ip_family 'ipv5');
ALTER SERVER o1 OPTIONS (ADD max_attempts '0');
ALTER SERVER o1 OPTIONS (ADD max_attempts '1.5');
ALTER SERVER o1 OPTIONS (ADD requests_per_second 'fast');
ALTER SERVER o1 OPTIONS (ADD requests_per_second 'NaN');
ALTER SERVER o1 OPTIONS (ADD connect_timeout '0');
ALTER SERVER o1 OPTIONS (ADD connect_timeout '3 parsecs');
ALTER SERVER o1 OPTIONS (ADD max_row '0');
ALTER SERVER o1 OPTIONS (ADD max_response 'much');
ALTER SERVER o1 OPTIONS (ADD on_bad_value 'ignore');
ALTER SERVER o1 OPTIONS (ADD spool 'some');
ALTER SERVER o1 OPTIONS (ADD window '1 month');
ALTER SERVER o1 OPTIONS (ADD window '1 day 2 hours');
ALTER SERVER o1 OPTIONS (ADD window '90 minutes');
ALTER SERVER o1 OPTIONS (ADD window '-1 day');
ALTER SERVER o1 OPTIONS (ADD window 'long');

-- Good ones.
ALTER SERVER o1 OPTIONS (
    ADD base_url 'https://app.eu.pendo.io', ADD apps 'web|ios',
    ADD history_start '2024-02-29', ADD ip_family 'ipv4', ADD max_attempts '3',
    ADD max_requests '8', ADD requests_per_second '0.5', ADD request_burst '1',
    ADD connect_timeout '3s', ADD first_byte_timeout '6min',
    ADD stall_timeout '500', ADD max_row '1MB', ADD max_response '1GB',
    ADD on_bad_value 'null', ADD spool 'all', ADD window '7 days',
    ADD retry_delay '100ms', ADD max_retry_delay '1min', ADD no_proxy 'a,b');
ALTER SERVER o1 OPTIONS (SET apps '-323232, 5', SET window '6 hours');
ALTER SERVER o1 OPTIONS (DROP time_zone);

-- Every default and every choice is good; every option is refused elsewhere.
CREATE FUNCTION pg_temp.takes(catalogue text, given text[]) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pendo.pendo_fdw_validator(given, catalogue::regclass);
    RETURN true;
EXCEPTION WHEN fdw_invalid_option_name OR fdw_invalid_attribute_value THEN
    RETURN false;
END $$;
CREATE TEMP TABLE place (place text, catalogue text, needed text[]);
INSERT INTO place VALUES ('server', 'pg_foreign_server', '{time_zone=UTC}'), ('table', 'pg_foreign_table', '{object=app}'),
    ('user mapping', 'pg_user_mapping', '{}'), ('column', 'pg_attribute', '{}'), ('wrapper', 'pg_foreign_data_wrapper', '{}');
SET client_min_messages = warning;
SELECT place, count(*), bool_and(pg_temp.takes(catalogue, needed || (name || '=' || value))) AS all_good
  FROM pendo._option('pendo_fdw') JOIN place USING (place),
       LATERAL (SELECT preset WHERE preset IS NOT NULL UNION SELECT unnest(string_to_array(choices, ','))) v (value)
 GROUP BY place ORDER BY place;
SELECT p.place, count(*), bool_or(pg_temp.takes(p.catalogue, p.needed || (o.name || '=1'))) AS any_taken
  FROM place p JOIN (SELECT DISTINCT name FROM pendo._option('pendo_fdw')) o
    ON NOT EXISTS (SELECT FROM pendo._option('pendo_fdw') e WHERE e.place = p.place AND e.name = o.name)
 GROUP BY p.place ORDER BY p.place;
RESET client_min_messages;

-- User mappings: secrets are noticed, and never repeated.
CREATE USER MAPPING FOR CURRENT_USER SERVER o1 OPTIONS (integration_key 'very-secret');
ALTER USER MAPPING FOR CURRENT_USER SERVER o1 OPTIONS (SET integration_key '');
ALTER USER MAPPING FOR CURRENT_USER SERVER o1 OPTIONS (DROP integration_key, ADD write_integration_key 'w-secret', ADD proxy_user 'u', ADD proxy_password 'p-secret');
ALTER USER MAPPING FOR CURRENT_USER SERVER o1 OPTIONS (DROP write_integration_key, DROP proxy_password);
ALTER USER MAPPING FOR CURRENT_USER SERVER o1 OPTIONS (ADD secretfile 'acme');
ALTER USER MAPPING FOR CURRENT_USER SERVER o1 OPTIONS (ADD secret_file '../acme');
ALTER USER MAPPING FOR CURRENT_USER SERVER o1 OPTIONS (ADD secret_file '/etc/passwd');
ALTER USER MAPPING FOR CURRENT_USER SERVER o1 OPTIONS (ADD secret_file '.hidden');
ALTER USER MAPPING FOR CURRENT_USER SERVER o1 OPTIONS (ADD secret_file 'acme.key');

-- Tables and columns.
CREATE FOREIGN TABLE o_t (visitor_id text) SERVER o1;
CREATE FOREIGN TABLE o_t (visitor_id text) SERVER o1 OPTIONS (object 'visiter');
CREATE FOREIGN TABLE o_t (visitor_id text) SERVER o1 OPTIONS (object 'event', period 'week');
CREATE FOREIGN TABLE o_t (visitor_id text OPTIONS (path 'x')) SERVER o1 OPTIONS (object 'visitor');
CREATE FOREIGN TABLE o_t (visitor_id text, mail text) SERVER o1 OPTIONS (object 'visitor');
\set VERBOSITY sqlstate
SELECT * FROM o_t;
\set VERBOSITY default
EXPLAIN (COSTS OFF) SELECT * FROM o_t;
ALTER FOREIGN TABLE o_t ALTER COLUMN mail OPTIONS (ADD field 'metadata.agent.email');
EXPLAIN (COSTS OFF) SELECT * FROM o_t;

-- A plain user may not reach into the machine.
CREATE ROLE regress_pendo_plain;
GRANT USAGE ON FOREIGN DATA WRAPPER pendo_fdw TO regress_pendo_plain;
GRANT USAGE ON FOREIGN SERVER o1 TO regress_pendo_plain;
SET ROLE regress_pendo_plain;
CREATE USER MAPPING FOR CURRENT_USER SERVER o1 OPTIONS (secret_file 'acme.key');
CREATE USER MAPPING FOR CURRENT_USER SERVER o1 OPTIONS (integration_key 'k', proxy_password_file 'acme.key');
CREATE USER MAPPING FOR CURRENT_USER SERVER o1 OPTIONS (integration_key 'k', write_secret_file 'acme.key');
CREATE SERVER o2 FOREIGN DATA WRAPPER pendo_fdw OPTIONS (time_zone 'UTC', ca_file '/etc/passwd');
CREATE SERVER o2 FOREIGN DATA WRAPPER pendo_fdw OPTIONS (time_zone 'UTC', http_proxy 'http://10.0.0.1:3128');
SELECT * FROM pendo.check('o1');
RESET ROLE;
SET client_min_messages = warning;
DROP SERVER o1 CASCADE;
DROP OWNED BY regress_pendo_plain;
DROP ROLE regress_pendo_plain;
