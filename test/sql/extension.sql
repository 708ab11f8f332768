-- What the extension is made of, and who may use it.
SELECT extversion = '0.1.0' AS version FROM pg_extension WHERE extname = 'pendo_fdw';

-- Everything has a comment.
SELECT pg_describe_object(d.classid, d.objid, 0)
  FROM pg_depend d
  JOIN pg_extension e ON e.oid = d.refobjid
 WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
   AND e.extname = 'pendo_fdw'
   AND coalesce(obj_description(d.objid, d.classid::regclass::name),
                shobj_description(d.objid, d.classid::regclass::name)) IS NULL
   AND NOT EXISTS (SELECT FROM pg_type t  -- of tables and types themselves
                    WHERE d.classid = 'pg_type'::regclass AND t.oid = d.objid
                      AND (t.typrelid <> 0 AND t.typname !~ '^_(finding|probe)'
                           OR t.typelem <> 0))
 ORDER BY 1;
SELECT c.relname, a.attname
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relnamespace = 'pendo'::regnamespace AND c.relkind IN ('v', 'r', 'p')
   AND a.attnum > 0 AND col_description(c.oid, a.attnum) IS NULL
 ORDER BY 1, 2;

-- PUBLIC may do nothing.
SELECT p.oid::regprocedure
  FROM pg_proc p
 WHERE p.pronamespace = 'pendo'::regnamespace
   AND (p.proacl IS NULL OR EXISTS (
        SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))
 ORDER BY 1;
SELECT c.oid::regclass
  FROM pg_class c, aclexplode(c.relacl) a
 WHERE c.relnamespace = 'pendo'::regnamespace AND a.grantee = 0
 ORDER BY 1;
SELECT has_schema_privilege('public', 'pendo', 'USAGE') AS schema_usage;

-- Functions that run with their owner's rights: these and no others.  Each pins its
-- search_path, but for those that COMMIT, which cannot, and the one that sets it.
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pendo'::regnamespace AND p.prosecdef ORDER BY p.proname;
SELECT p.oid::regprocedure
  FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
 WHERE p.pronamespace = 'pendo'::regnamespace
   AND l.lanname IN ('sql', 'plpgsql')
   AND NOT 'search_path=pg_catalog, pg_temp' = ANY (coalesce(p.proconfig, '{}'))
 ORDER BY 1;

-- Options are sorted, described, and required ones have no default.
SELECT place, count(*), bool_and(description ~ '^[A-Za-z].*\.$') AS described,
       bool_and(NOT (is_required AND preset IS NOT NULL)) AS sane
  FROM pendo._option('pendo_fdw') GROUP BY place ORDER BY place;
SELECT place, name, form, preset, choices FROM pendo._option('pendo_fdw')
 WHERE is_required OR is_privileged ORDER BY place, name;
-- A secret may stand on a user mapping only, and can lie in a file instead.
SELECT o.place, o.name, f.name AS instead
  FROM pendo._option('pendo_fdw') o
  LEFT JOIN pendo._option('pendo_fdw') f
    ON f.place = o.place AND f.form = 'name of a file'
   AND f.name IN (replace(o.name, 'integration_key', 'secret_file'), o.name || '_file')
 WHERE o.is_secret ORDER BY 1, 2;
SELECT * FROM pendo._option('nonsense');

-- It goes, with what depends on it or not at all, and comes back.
CREATE SERVER ext FOREIGN DATA WRAPPER pendo_fdw OPTIONS (time_zone 'UTC');
\set VERBOSITY terse
DROP EXTENSION pendo_fdw;
SET client_min_messages = warning;
BEGIN;
DROP EXTENSION pendo_fdw CASCADE;
SELECT to_regnamespace('pendo'), count(*) AS triggers FROM pg_event_trigger WHERE evtname ~ 'pendo';
CREATE EXTENSION pendo_fdw;
SELECT count(*) > 10 AS is_back FROM pendo._option('pendo_fdw');
ROLLBACK;
DROP SERVER ext;
-- Not into a place that somebody has prepared.
BEGIN;
DROP EXTENSION pendo_fdw CASCADE;
CREATE SCHEMA pendo;
CREATE EXTENSION pendo_fdw;
ROLLBACK;
CREATE EXTENSION pendo_fdw SCHEMA public;
ALTER EXTENSION pendo_fdw SET SCHEMA public;
-- Its settings: known ones are checked, unknown ones refused.
\set VERBOSITY sqlstate
SET pendo_fdw.enable_pushdown = maybe;
SET pendo_fdw.http_connect_timeout = '0';
SET pendo_fdw.http_connect_timeout = '25h';
SET pendo_fdw.http_stall_timeout = '5min';
SHOW pendo_fdw.http_stall_timeout;
SET pendo_fdw.frobnicate = 1;
SET pendo_fdw.http_proxy = 'http://proxy:3128';
CREATE ROLE regress_pendo_nobody;
SET ROLE regress_pendo_nobody;
SHOW pendo_fdw.secret_directory;
SHOW pendo_fdw.http_ca_file;
SELECT * FROM pendo.region;
SELECT pendo.connect('x', 'UTC', 'y');
RESET ROLE;
DROP ROLE regress_pendo_nobody;
