-- Whose key is used, and who may see what.
\set server rgt
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
SET client_min_messages = warning;
CREATE ROLE regress_pendo_owner;
CREATE ROLE regress_pendo_reader;
CREATE ROLE regress_pendo_revoked;
GRANT USAGE ON SCHEMA rgt TO PUBLIC;
GRANT SELECT ON rgt.app TO regress_pendo_owner, regress_pendo_reader, regress_pendo_revoked;
CREATE SCHEMA rgt_view AUTHORIZATION regress_pendo_owner;
GRANT USAGE ON SCHEMA rgt_view TO PUBLIC;
CREATE USER MAPPING FOR regress_pendo_owner SERVER rgt OPTIONS (integration_key '22222222-2222-4222-8222-222222222222');
CREATE USER MAPPING FOR regress_pendo_revoked SERVER rgt OPTIONS (integration_key '33333333-3333-4333-8333-333333333333');
-- No mapping: nothing can be read, but explained.
\set VERBOSITY sqlstate
SET ROLE regress_pendo_reader;
SELECT count(*) FROM app;
EXPLAIN (COSTS OFF) SELECT id FROM app WHERE id < 0;
SET ROLE regress_pendo_revoked;
SELECT count(*) FROM app;
-- A view and a definer's function take their owner's, an invoker's view the caller's.
SET ROLE regress_pendo_owner;
CREATE VIEW rgt_view.mine AS SELECT id FROM rgt.app;
CREATE VIEW rgt_view.yours WITH (security_invoker) AS SELECT id FROM rgt.app;
CREATE VIEW rgt_view.barrier WITH (security_barrier) AS SELECT id FROM rgt.app WHERE id < 0;
CREATE FUNCTION rgt_view.counted() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM rgt.app';
CREATE FUNCTION rgt_view.seen(bigint) RETURNS boolean LANGUAGE plpgsql COST 0.001 AS $$ BEGIN RAISE WARNING 'saw %', $1; RETURN true; END $$;
GRANT SELECT ON ALL TABLES IN SCHEMA rgt_view TO PUBLIC;
SET ROLE regress_pendo_reader;
SELECT count(*) FROM rgt_view.mine;
SELECT count(*) FROM rgt_view.yours;
SELECT rgt_view.counted();
\set VERBOSITY terse
SELECT * FROM rgt_view.barrier WHERE rgt_view.seen(id);
EXPLAIN (COSTS OFF) SELECT * FROM rgt_view.barrier WHERE id > -400000 AND rgt_view.seen(id);
\set VERBOSITY sqlstate
SET ROLE regress_pendo_revoked;
SELECT count(*) FROM rgt_view.mine;
SELECT count(*) FROM rgt_view.yours;
SELECT count(*) FROM rgt_view.mine m JOIN rgt_view.yours y USING (id);
SELECT (SELECT count(*) FROM rgt_view.mine), rgt_view.counted();
-- A statement that is kept asks for whoever runs it, a cursor for who opened it.
RESET ROLE;
PREPARE kept AS SELECT count(*) FROM rgt.app;
SET plan_cache_mode = force_generic_plan;
EXECUTE kept;
SET ROLE regress_pendo_revoked;
EXECUTE kept;
SET ROLE regress_pendo_owner;
EXECUTE kept;
BEGIN;
DECLARE opened CURSOR FOR SELECT id FROM rgt.app ORDER BY id;
SET ROLE regress_pendo_revoked;
FETCH 2 FROM opened;
COMMIT;
RESET ROLE;
RESET plan_cache_mode;
DEALLOCATE kept;
-- A mapping for PUBLIC serves those without one of their own.
CREATE USER MAPPING FOR PUBLIC SERVER rgt OPTIONS (integration_key '22222222-2222-4222-8222-222222222222');
SET ROLE regress_pendo_reader;
SELECT count(*) FROM app;
SET ROLE regress_pendo_revoked;
SELECT count(*) FROM app;
RESET ROLE;
DROP USER MAPPING FOR PUBLIC SERVER rgt;
SET ROLE regress_pendo_reader;
SELECT count(*) FROM app;
-- Rights on tables and columns are PostgreSQL's.
RESET ROLE;
CREATE USER MAPPING FOR regress_pendo_reader SERVER rgt OPTIONS (integration_key '22222222-2222-4222-8222-222222222222');
REVOKE SELECT ON app FROM regress_pendo_reader, regress_pendo_owner;
GRANT SELECT (id) ON app TO regress_pendo_reader;
SET ROLE regress_pendo_reader;
SELECT count(id) FROM app;
SELECT name FROM app;
SELECT count(*) FROM app WHERE name = 'x';
SELECT count(*) FROM rgt_view.mine;
-- Nor may a mapping's user see the options of another's, or make tables without USAGE.
SELECT usename, umoptions IS NOT NULL AS shows FROM pg_user_mappings WHERE srvname = 'rgt' AND usename ~ '^regress_pendo' ORDER BY 1;
\set VERBOSITY terse
CREATE FOREIGN TABLE pg_temp.t (id bigint) SERVER rgt OPTIONS (object 'app');
CREATE SERVER rgt_2 FOREIGN DATA WRAPPER pendo_fdw OPTIONS (time_zone 'UTC');
SELECT pendo.pendo_fdw_validator('{}', 0);
RESET ROLE;
\set VERBOSITY default
SET client_min_messages = warning;
DROP SCHEMA rgt_view CASCADE;
DROP OWNED BY regress_pendo_owner, regress_pendo_reader, regress_pendo_revoked;
DROP ROLE regress_pendo_owner, regress_pendo_reader, regress_pendo_revoked;
\i :drop
