-- Models: local tables, summaries and views as a team's own objects.
\set server mdl
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
SELECT pendo.create_model('nonsense', 'mdl_local');
SET client_min_messages = warning;
SELECT kind, count(*) > 10 AS some FROM pendo.create_model('mdl', 'mdl_local') GROUP BY 1 ORDER BY 1;
SELECT pendo.create_model('mdl', 'mdl_local2');

-- They belong to the caller, not to the extension; all have a key or a full identity, all
-- a comment.
SELECT count(*) AS members FROM pg_depend d
  JOIN pg_class c ON c.oid = d.objid AND d.classid = 'pg_class'::regclass
 WHERE c.relnamespace = 'mdl_local'::regnamespace AND d.deptype = 'e';
SELECT c.relname FROM pg_class c
 WHERE c.relnamespace = 'mdl_local'::regnamespace AND c.relkind IN ('r', 'p')
   AND c.relreplident <> 'f'
   AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
 ORDER BY 1;
SELECT c.relname FROM pg_class c
 WHERE c.relnamespace = 'mdl_local'::regnamespace AND c.relkind IN ('r', 'p', 'v')
   AND obj_description(c.oid, 'pg_class') IS NULL ORDER BY 1;
SELECT c.relname FROM pg_class c
 WHERE c.relnamespace = 'mdl_local'::regnamespace AND c.relkind = 'v'
   AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false) ORDER BY 1;
SELECT * FROM mdl_local.model_connection;

-- What a team changed stays; what an update brings is shown and, if asked, made.
SELECT object, state FROM pendo.upgrade_model('mdl');
CREATE OR REPLACE VIEW mdl_local.monthly_active AS SELECT w.* FROM mdl_local.weekly_active w WHERE false;
CREATE VIEW mdl_local.mine AS SELECT 1 AS one;
SELECT object, state FROM pendo.upgrade_model('mdl');
UPDATE pendo.model_object SET statements = statements || ' ' WHERE connection = 'mdl'
   AND file IN ('metric/monthly_active.sql', 'metric/nps.sql', 'summary/visitor_day.query.sql');
DROP VIEW mdl_local.retention;
SELECT object, state, statements IS NOT NULL AS has_statements FROM pendo.upgrade_model('mdl', apply => true);
SELECT object, state FROM pendo.upgrade_model('mdl');

-- Another major version prints views otherwise: that is no change of the team's.
UPDATE pendo.model_object SET definition_hash = 'as once printed', statements = statements || E'\n'
 WHERE connection = 'mdl' AND file ~ '^(base/model_connection|metric/nps|metric/daily_active)\.sql$';
UPDATE pendo.model_object SET definition_hash = 'as once printed' WHERE connection = 'mdl' AND definition_hash IS NOT NULL;
-- These are, one of which cannot be undone by a replacement.
CREATE OR REPLACE VIEW mdl_local.weekly_active AS SELECT day, visitors, accounts, is_partial, true AS is_ours FROM mdl_local.rolling_active;
SELECT object, state FROM pendo.upgrade_model('mdl');
SELECT object, state FROM pendo.upgrade_model('mdl', apply => true);
SELECT object, state FROM pendo.upgrade_model('mdl');
SELECT * FROM mdl_local.model_connection;

-- A pull for each table.
SELECT pendo.keep_local('mdl', 'mdl_local', is_scheduled => false);
SELECT * FROM pendo.keep_local('mdl', 'mdl_local', since => current_date - 1, is_scheduled => false);
SELECT count(*) FROM pendo.pull WHERE connection = 'mdl';
-- Called again it changes what it names.
SELECT count(*) FROM pendo.keep_local('mdl', 'mdl_local', keep_for => '90 days');
SELECT DISTINCT mode, keep_for, since - current_date AS since, every, is_scheduled FROM pendo.pull WHERE connection = 'mdl' ORDER BY 1;
-- Over what is there already: as after DROP EXTENSION.
DELETE FROM pendo.model WHERE connection = 'mdl';
DELETE FROM pendo.model_object WHERE connection = 'mdl';
DELETE FROM pendo.summary WHERE schema_name = 'mdl_local';
SELECT count(*) FROM pendo.keep_local('mdl', 'mdl_local', since => current_date - 1, is_scheduled => false);
SELECT count(*) AS summaries FROM pendo.summary WHERE schema_name = 'mdl_local';
SELECT state, count(*) > 10 AS many FROM pendo.upgrade_model('mdl') GROUP BY 1;
SELECT count(pendo.drop_pull(name)) FROM pendo.pull WHERE connection = 'mdl';
DELETE FROM pendo.summary WHERE schema_name = 'mdl_local';
DELETE FROM pendo.model WHERE connection = 'mdl';
SELECT count(*) FROM pendo.model_object;
DROP SCHEMA mdl_local CASCADE;
\i :drop
