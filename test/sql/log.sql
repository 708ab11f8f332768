-- The log of deliveries, written as COPY writes rows: the same as an INSERT writes, and left to
-- it where it means more.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pendo_fdw;
BEGIN;
CREATE FUNCTION pg_temp.log(results jsonb, work jsonb DEFAULT '{}')
RETURNS bigint[]
LANGUAGE sql
AS $$
SELECT pendo._log_outcomes('{"connection": "crm", "object": "companies", "operation": "upsert", "items": [
    {"item": 12, "key": "b", "attempts": 3, "source": "push scores"}, {"item": 11, "key": "a", "attempts": 0},
    {"item": 13, "key": "c"}]}'::jsonb || work, results, 'org', 200, 'r-1', '2026-11-30 08:00+00')
$$;

-- In the order of the results; what is no item of the work is passed over.
SELECT pg_temp.log('[{"item": 12, "outcome": "delivered", "remote_id": "7", "is_created": true},
    {"item": 99, "outcome": "delivered"}, {"item": 11, "outcome": "unchanged", "is_created": null},
    {"item": 13, "outcome": "delivered"}, {"outcome": "delivered"}, 5]');
SELECT item, owner = current_user AS is_mine, connection, object, operation, key, source, outcome, org, remote_id, is_created,
       attempt, status, code, message, request_id, sent_at = '2026-11-30 08:00+00' AS is_sent, ended_at > now() - interval '1 hour' AS has_ended
  FROM pendo.delivery ORDER BY id;
SELECT count(DISTINCT id), bool_and(id <= currval('pendo.delivery_id_seq')) FROM pendo.delivery;
SELECT pg_temp.log('[]'), pg_temp.log('{}'), pg_temp.log(NULL);

-- Its constraints hold, and nothing of the request is there.
SAVEPOINT s;
SELECT pg_temp.log('[{"item": 11, "outcome": "delivered"}, {"item": 12, "outcome": "lost"}]');
ROLLBACK TO s;
SELECT pg_temp.log('[{"item": 11, "outcome": "delivered"}]', '{"object": null}');
ROLLBACK TO s;
SELECT count(*) FROM pendo.delivery;

-- Whoever may insert, with his name; others, and where policies or triggers say more, not at all.
CREATE ROLE log_writer;
CREATE ROLE log_reader;
GRANT USAGE ON SCHEMA pendo TO log_writer, log_reader;
GRANT EXECUTE ON FUNCTION pendo._log_outcomes(jsonb, jsonb, text, integer, text, timestamptz) TO log_writer, log_reader;
GRANT SELECT, INSERT ON pendo.delivery TO log_writer;
GRANT SELECT ON pendo.delivery TO log_reader;
SET ROLE log_writer;
SELECT pg_temp.log('[{"item": 11, "outcome": "delivered"}]');
SET ROLE log_reader;
SELECT pg_temp.log('[{"item": 11, "outcome": "delivered"}]') IS NULL AS is_left;
RESET ROLE;
SELECT owner, count(*) FROM pendo.delivery WHERE owner <> current_user GROUP BY owner;
CREATE POLICY not_now ON pendo.delivery AS RESTRICTIVE FOR INSERT WITH CHECK (false);
SELECT pg_temp.log('[{"item": 11, "outcome": "delivered"}]') IS NULL AS is_left;
DROP POLICY not_now ON pendo.delivery;
CREATE FUNCTION pg_temp.nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER nothing AFTER INSERT ON pendo.delivery FOR EACH ROW EXECUTE FUNCTION pg_temp.nothing();
SELECT pg_temp.log('[{"item": 11, "outcome": "delivered"}]') IS NULL AS is_left;
DROP TRIGGER nothing ON pendo.delivery;
ALTER SEQUENCE pendo.delivery_id_seq RENAME TO renamed;
SELECT pg_temp.log('[{"item": 11, "outcome": "delivered"}]');
ROLLBACK;
BEGIN TRANSACTION READ ONLY;
SELECT pendo._log_outcomes('{}', '[]', NULL, 200, NULL, now());
ROLLBACK;
