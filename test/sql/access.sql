-- Who may do what: the kinds of roles, and rows that belong to somebody.
\set server acc
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
SET client_min_messages = warning;
SELECT rolname FROM pg_roles WHERE rolname ~ '^pendo_';
SELECT pendo.create_roles();
SELECT pendo.create_roles();
SELECT rolname, rolcanlogin, rolsuper FROM pg_roles WHERE rolname ~ '^pendo_' ORDER BY 1;
SELECT pendo.grant_access('pendo_analyst', 'emperor');

-- The matrix: what each kind may do with what is there for users.
SELECT t.what,
       string_agg(substring(r.rolname FROM 7), ', ' ORDER BY r.rolname) AS who
  FROM pg_roles r
 CROSS JOIN LATERAL (
       SELECT 'call ' || p.proname FROM pg_proc p
        WHERE p.pronamespace = 'pendo'::regnamespace AND p.proname !~ '^_'
          AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
       UNION ALL
       SELECT lower(v.privilege) || ' ' || c.relname FROM pg_class c
        CROSS JOIN (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) AS v (privilege)
        WHERE c.relnamespace = 'pendo'::regnamespace AND c.relkind IN ('r', 'v') AND c.relname !~ '^_'
          AND has_table_privilege(r.oid, c.oid, v.privilege)) AS t (what)
 WHERE r.rolname ~ '^pendo_'
 GROUP BY 1 ORDER BY 1;

-- A row belongs to who wrote it; nobody writes another's, or runs it.
CREATE ROLE regress_pendo_ann;
CREATE ROLE regress_pendo_bob;
CREATE ROLE regress_pendo_app;
CREATE ROLE regress_pendo_ops;
GRANT pendo_analyst TO regress_pendo_ann, regress_pendo_bob;
GRANT pendo_application TO regress_pendo_app;
GRANT pendo_operator TO regress_pendo_ops;
GRANT USAGE ON SCHEMA acc TO pendo_analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA acc TO pendo_analyst;
GRANT USAGE ON FOREIGN SERVER acc TO pendo_analyst;
CREATE SCHEMA acc_ann AUTHORIZATION regress_pendo_ann;
CREATE SCHEMA acc_bob AUTHORIZATION regress_pendo_bob;
SET ROLE regress_pendo_ann;
CREATE TABLE acc_ann.app (LIKE acc.app, deleted_at timestamptz, PRIMARY KEY (id));
SELECT count(*) > 0 AS is_defined FROM pendo.define_pull('acc.app', 'acc_ann.app', key_columns => '{id}', is_scheduled => false);
-- No mapping: the run tells, in the server's words.
SET client_min_messages = error;
CALL pendo.run_pull('acc_ann.app');
SET client_min_messages = warning;
SELECT what ~ '^1 window fails: user mapping not found' AS is_told, next_statement FROM pendo.problem;
RESET ROLE;
\getenv key PENDO_SANDBOX_KEY
CREATE USER MAPPING FOR regress_pendo_ann SERVER acc OPTIONS (integration_key :'key');
SET ROLE regress_pendo_ann;
CALL pendo.run_pull('acc_ann.app');
SELECT pull, owner, inserted > 0 AS inserted FROM pendo.run ORDER BY id;
SET ROLE regress_pendo_bob;
SELECT count(*) AS pulls FROM pendo.pull;
SELECT count(*) AS windows FROM pendo.ledger;
SELECT count(*) AS runs FROM pendo.run;
UPDATE pendo.pull SET target_table = 'x';
UPDATE pendo.ledger SET rows = 0;
SELECT pendo.drop_pull('acc_ann.app');
CALL pendo.run_pull('acc_ann.app');
CREATE TABLE acc_bob.app (LIKE acc.app, deleted_at timestamptz, PRIMARY KEY (id));
SELECT pendo.define_pull('acc.app', 'acc_ann.app', key_columns => '{id}', name => 'steal');
SELECT pendo.define_pull('acc.app', 'acc_bob.app', key_columns => '{id}', name => 'acc_ann.app');
INSERT INTO pendo.pull (name, owner, connection, source_schema, source_table, target_schema, target_table, mode,
       columns, key_columns, settle, recheck_for, vanished, max_vanished)
VALUES ('steal', 'regress_pendo_ann', 'acc', 'acc', 'app', 'acc_bob', 'app', 'full', '{id}', '{id}', '1h', '1h', 'keep', 0);
INSERT INTO pendo.summary (owner, schema_name, table_name, source_table, query)
VALUES ('regress_pendo_ann', 'acc_ann', 'x', 'app', 'SELECT 1');
INSERT INTO pendo.run (pull, owner) VALUES ('acc_ann.app', 'regress_pendo_ann');
INSERT INTO pendo.ledger (pull, window_start, window_end) VALUES ('acc_ann.app', now(), 'infinity');
INSERT INTO pendo.model (connection, schema_name, owner) VALUES ('acc', 'acc_ann', 'regress_pendo_ann');
INSERT INTO pendo.model_object (connection, file, statements) VALUES ('acc', 'x', 'x');
INSERT INTO pendo.pause (connection) VALUES ('acc');
SELECT pendo.pause();
SELECT pendo.create_roles();
-- A row of bob's that means ann's table, and operators and functions of bob's that ann's
-- search_path finds first, are never used in a run of ann's.
INSERT INTO pendo.summary (schema_name, table_name, source_table, query)
VALUES ('acc_ann', 'app', 'app', 'SELECT 1/0 AS day');
RESET ROLE;
GRANT USAGE ON SCHEMA acc_bob TO regress_pendo_ann;
SET ROLE regress_pendo_bob;
CREATE FUNCTION acc_bob.steal(bigint, bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'stolen by %', current_user; END $$;
CREATE OPERATOR acc_bob.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = acc_bob.steal);
CREATE FUNCTION acc_bob.count(bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'stolen by %', current_user; END $$;
CREATE FUNCTION acc_bob.now() RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'stolen by %', current_user; END $$;
CREATE FUNCTION acc_bob.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'stolen by %', current_user; END $$;
SET ROLE regress_pendo_ann;
SET search_path = acc_bob, pg_catalog;
SELECT 1::bigint = 1::bigint;
DELETE FROM acc_ann.app;
CALL pendo.run_pull('acc_ann.app');
SELECT pull, inserted OPERATOR(pg_catalog.>) 0 AS inserted, failure FROM pendo.run ORDER BY id DESC LIMIT 1;
RESET search_path;
-- Who may read the local table sees how it is kept; operators see all and pause.
SET ROLE regress_pendo_app;
SELECT pull, state FROM pendo.pull_progress;
RESET ROLE;
GRANT USAGE ON SCHEMA acc_ann TO regress_pendo_app;
GRANT SELECT ON acc_ann.app TO regress_pendo_app;
SET ROLE regress_pendo_app;
SELECT pull, state FROM pendo.pull_progress;
SELECT table_name, missing_windows FROM pendo.freshness;
DELETE FROM pendo.pull;
SET ROLE regress_pendo_ops;
SELECT pull, state FROM pendo.pull_progress;
SELECT pendo.pause('acc');
SELECT pull, state FROM pendo.pull_progress;
SELECT pendo.resume('acc');
CALL pendo.run_pull('acc_ann.app');
RESET ROLE;
CALL pendo.run_pull('acc_ann.app');
SELECT pendo.drop_pull('acc_ann.app');
DELETE FROM pendo.run;
DROP SCHEMA acc_ann, acc_bob CASCADE;
\i :drop
DROP OWNED BY pendo_analyst, pendo_application, pendo_operator, pendo_admin;
DROP ROLE regress_pendo_ann, regress_pendo_bob, regress_pendo_app, regress_pendo_ops;
DROP ROLE pendo_analyst, pendo_application, pendo_operator, pendo_admin;
