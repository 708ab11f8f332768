-- IMPORT FOREIGN SCHEMA: what is made, named and described.
\set server imp
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
CREATE SCHEMA imp2;
IMPORT FOREIGN SCHEMA pendo LIMIT TO (event, app) FROM SERVER imp INTO imp2 OPTIONS (period 'hour');
IMPORT FOREIGN SCHEMA pendo EXCEPT (visitor, account, event, page_event, feature_event, track_event, guide_event, poll_event, nps_response, page, feature, track_type, app, guide, guide_step, poll, segment, report) FROM SERVER imp INTO imp2;
SELECT table_name, period, obj_description(relation) FROM pendo.live_table WHERE schema_name = 'imp2' ORDER BY 1;
SELECT column_name, type, col_description(relation, a.attnum)
  FROM pendo.live_column c JOIN pg_attribute a ON a.attrelid = c.relation AND a.attname = c.column_name
 WHERE schema_name = 'imp2' AND table_name = 'event' ORDER BY a.attnum;
IMPORT FOREIGN SCHEMA pendo LIMIT TO (app) FROM SERVER imp INTO imp2;
IMPORT FOREIGN SCHEMA pendo LIMIT TO (page) FROM SERVER imp INTO imp2 OPTIONS (period 'week');
IMPORT FOREIGN SCHEMA pendo LIMIT TO (page) FROM SERVER imp INTO imp2 OPTIONS (grain 'day');
-- A name that is not there imports nothing.
IMPORT FOREIGN SCHEMA pendo LIMIT TO (nonsense) FROM SERVER imp INTO imp2;
IMPORT FOREIGN SCHEMA pendo EXCEPT (visitor, account, event, page_event, feature_event, track_event, guide_event, poll_event, nps_response, page, feature, track_type, app, product_area, guide, guide_step, poll, segment, report, feedback, vote) FROM SERVER imp INTO imp2;
-- A wrong key is found out only if something has to be asked.
CREATE SCHEMA imp3;
SET client_min_messages = warning;
\set VERBOSITY sqlstate
ALTER USER MAPPING FOR CURRENT_USER SERVER imp OPTIONS (SET integration_key 'wrong');
IMPORT FOREIGN SCHEMA pendo LIMIT TO (app, page) FROM SERVER imp INTO imp3;
IMPORT FOREIGN SCHEMA pendo EXCEPT (visitor, account, app, page) FROM SERVER imp INTO imp3;
IMPORT FOREIGN SCHEMA pendo LIMIT TO (app, visitor) FROM SERVER imp INTO imp3;
IMPORT FOREIGN SCHEMA pendo EXCEPT (visitor) FROM SERVER imp INTO imp3;
SELECT count(*) FROM pendo.live_table WHERE schema_name = 'imp3';
ALTER USER MAPPING FOR CURRENT_USER SERVER imp OPTIONS (SET integration_key :'key');
\set VERBOSITY default
DROP SCHEMA imp3 CASCADE;
RESET client_min_messages;
-- Every table and column that an import makes has a comment.
SELECT t.table_name, c.column_name
  FROM pendo.live_table t JOIN pendo.live_column c USING (relation)
  JOIN pg_attribute a ON a.attrelid = c.relation AND a.attname = c.column_name
 WHERE t.connection = 'imp'
   AND (obj_description(t.relation) IS NULL OR col_description(t.relation, a.attnum) IS NULL);
SELECT object, count(*) FROM pendo.live_table WHERE schema_name = 'imp' GROUP BY 1 ORDER BY 1;
-- Metadata: names are folded, cut and made different; types are the schema's.
SELECT column_name, type, field FROM pendo.live_column
 WHERE schema_name = 'imp' AND table_name = 'visitor' AND field ~ '^metadata\.(agent|custom)'
 ORDER BY field COLLATE "C";
-- Without a key nothing is asked.
CREATE ROLE regress_pendo_nokey;
GRANT USAGE ON FOREIGN SERVER imp TO regress_pendo_nokey;
GRANT CREATE, USAGE ON SCHEMA imp2 TO regress_pendo_nokey;
SET ROLE regress_pendo_nokey;
\set VERBOSITY sqlstate
IMPORT FOREIGN SCHEMA pendo FROM SERVER imp INTO imp2;
CREATE USER MAPPING FOR CURRENT_USER SERVER imp;
IMPORT FOREIGN SCHEMA pendo FROM SERVER imp INTO imp2;
RESET ROLE;
\set VERBOSITY default
-- New and vanished fields.
ALTER FOREIGN TABLE imp.account DROP COLUMN custom_plan, ADD COLUMN custom_gone text OPTIONS (field 'metadata.custom.gone');
ALTER FOREIGN TABLE imp.account ALTER COLUMN custom_arr TYPE text;
DROP FOREIGN TABLE imp.vote;
SELECT * FROM pendo.refresh_tables('imp') WHERE table_name !~ 'imp2';
SELECT * FROM pendo.refresh_tables('imp') WHERE table_name !~ 'imp2';
SELECT count(custom_plan) > 0 AS has_plans FROM imp.account;
-- Names that are taken, also at the limit of 63 bytes and among the new ones.
ALTER FOREIGN TABLE imp.visitor ALTER COLUMN "custom_schlüsselkennzahl_für_die_größte_überschreitung_all" OPTIONS (SET field 'metadata.agent.email');
ALTER FOREIGN TABLE imp.visitor ALTER COLUMN agent_my_field OPTIONS (SET field 'metadata.agent.name'), DROP COLUMN agent_my_field_2;
SELECT column_name, action, statement FROM pendo.refresh_tables('imp') WHERE table_name = 'imp.visitor';
SELECT * FROM pendo.refresh_tables('imp') WHERE table_name = 'imp.visitor';
-- Tables and columns may be renamed: what they show counts.
ALTER FOREIGN TABLE imp.visitor RENAME TO "Who ""is"" who";
ALTER FOREIGN TABLE imp."Who ""is"" who" RENAME visitor_id TO who;
ALTER FOREIGN TABLE imp."Who ""is"" who" ALTER who OPTIONS (ADD field 'visitorId'), DROP COLUMN agent_role;
SELECT * FROM pendo.refresh_tables('imp') WHERE table_name ~ 'Who';
SELECT obj_description('imp."Who ""is"" who"'::regclass), col_description('imp."Who ""is"" who"'::regclass, attnum)
  FROM pg_attribute WHERE attrelid = 'imp."Who ""is"" who"'::regclass AND attname = 'agent_role';
SELECT * FROM pendo.refresh_tables('nonsense');
SET client_min_messages = warning;
DROP SCHEMA imp2 CASCADE;
DROP OWNED BY regress_pendo_nokey;
DROP ROLE regress_pendo_nokey;
\i :drop
