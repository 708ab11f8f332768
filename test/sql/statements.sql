-- Live tables in statements of every kind.
\set server stm
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
SET client_min_messages = warning;
-- Read only, and without what a heap has.
\set VERBOSITY terse
INSERT INTO app (id) VALUES (1);
INSERT INTO app SELECT * FROM app ON CONFLICT DO NOTHING;
UPDATE app SET name = 'x';
DELETE FROM app;
TRUNCATE app;
MERGE INTO app USING (VALUES (1)) v (id) ON v.id = app.id WHEN MATCHED THEN DELETE;
COPY app FROM stdin;
1
\.
COPY app TO STDOUT;
CREATE INDEX ON app (id);
CREATE UNIQUE INDEX ON app (id);
VACUUM app;
-- As a source.
COPY (SELECT id, platform FROM app ORDER BY id) TO STDOUT;
CREATE TABLE here AS SELECT id, name, platform FROM app;
INSERT INTO here SELECT id + 1, name, platform FROM app;
MERGE INTO here h USING app a ON a.id = h.id WHEN MATCHED AND a.platform = 'web' THEN DELETE WHEN MATCHED THEN UPDATE SET name = a.display_name;
UPDATE here h SET platform = upper(a.platform) FROM app a WHERE a.id = h.id;
DELETE FROM here h USING app a WHERE a.id + 1 = h.id AND a.id < 0 RETURNING h.id, a.id;
SELECT count(*), count(*) FILTER (WHERE platform = upper(platform)) AS updated FROM here;
CREATE MATERIALIZED VIEW counted AS SELECT app_id, count(*) FROM page GROUP BY app_id;
REFRESH MATERIALIZED VIEW counted;
SELECT count(*), sum(count) FROM counted;
SELECT id INTO TEMP kept FROM app;
SELECT count(*) FROM kept;
-- Joins, sets, windows, recursion, grouping sets, ordered sets.
SELECT count(*), count(p.id), count(f.id), count(p.id || f.id) FROM page p FULL JOIN feature f ON f.page_id = p.id AND f.app_id = p.app_id;
SELECT count(*) FROM (SELECT id FROM page UNION ALL SELECT id FROM feature) u;
SELECT count(*) FROM (SELECT app_id FROM page INTERSECT SELECT id FROM app) i;
SELECT count(*) FROM (SELECT id FROM app EXCEPT SELECT app_id FROM page) e;
SELECT platform, count(*), rank() OVER (ORDER BY platform) FROM app GROUP BY ROLLUP (platform) ORDER BY platform;
SELECT count(*) FILTER (WHERE n = 1) FROM (SELECT row_number() OVER (PARTITION BY app_id ORDER BY id) AS n FROM page) w;
WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < (SELECT count(*) FROM app)) SELECT max(n) FROM r;
WITH twice AS MATERIALIZED (SELECT id FROM app) SELECT count(*) FROM twice a, twice b;
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id) FROM app;
SELECT count(*) FROM generate_series(1, 3) g, LATERAL (SELECT FROM app LIMIT g) l;
SELECT id FROM app ORDER BY id LIMIT 2 OFFSET 1;
SELECT id FROM app ORDER BY id FETCH FIRST 1 ROW WITH TIES;
SELECT DISTINCT ON (app_id) app_id, count(*) OVER (PARTITION BY app_id) FROM page ORDER BY app_id;
-- Row locks lock nothing; whole rows and tableoid are there.
SELECT id FROM app WHERE id < 0 FOR UPDATE;
SELECT id FROM app WHERE id < 0 FOR SHARE NOWAIT;
SELECT a, tableoid::regclass FROM app a WHERE id = 4345678901234567;
SELECT row_to_json(a) FROM (SELECT id, display_name FROM app WHERE id = 4345678901234567) a;
SELECT (a).platform FROM app a WHERE (a).id = -323232;
SELECT id FROM app WHERE app IS NOT NULL ORDER BY id LIMIT 1;
-- Transactions of every kind.
BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE;
SELECT count(*) FROM app;
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM app;
SAVEPOINT s;
SELECT name::int FROM app;
ROLLBACK TO s;
SELECT count(*) FROM app;
COMMIT;
-- Views, rules, triggers, functions, defaults, partitions, inheritance.
CREATE VIEW web AS SELECT * FROM app WHERE platform = 'web' WITH CHECK OPTION;
SELECT count(*) FROM web;
DELETE FROM web;
CREATE TABLE parent (id bigint, name text);
INSERT INTO parent VALUES (1, 'here');
CREATE FOREIGN TABLE child (platform text) INHERITS (parent) SERVER stm OPTIONS (object 'app');
SELECT tableoid::regclass, count(*) FROM parent GROUP BY 1 ORDER BY 1;
SELECT count(*) FROM parent WHERE id = 1;
SELECT count(*) FROM ONLY parent;
CREATE TABLE parts (app_id bigint, id text) PARTITION BY LIST (app_id);
CREATE FOREIGN TABLE parts_web PARTITION OF parts FOR VALUES IN (-323232) SERVER stm OPTIONS (object 'page', apps '-323232');
CREATE TABLE parts_rest PARTITION OF parts DEFAULT;
EXPLAIN (COSTS OFF) SELECT count(*) FROM parts WHERE app_id = -323232;
SELECT count(*) FROM parts;
CREATE FOREIGN TABLE checked (id bigint NOT NULL CHECK (id > 0), name text DEFAULT 'x', made bigint GENERATED ALWAYS AS (id * 2) STORED) SERVER stm OPTIONS (object 'app');
SELECT * FROM checked;
ALTER FOREIGN TABLE checked DROP COLUMN made;
SET constraint_exclusion = on;
SELECT count(*) FROM checked WHERE id < 0;
SET constraint_exclusion = off;
SELECT count(*) FROM checked WHERE id < 0;
RESET constraint_exclusion;
-- Names of their own.
CREATE FOREIGN TABLE "Über ""Apps""" ("Ü ""id""" bigint OPTIONS (field 'id')) SERVER stm OPTIONS (object 'app');
SELECT "Ü ""id""" FROM "Über ""Apps""" WHERE "Ü ""id""" < 0;
ALTER FOREIGN TABLE "Über ""Apps""" ALTER COLUMN "Ü ""id""" TYPE jsonb;
SELECT "Ü ""id""" FROM "Über ""Apps""" ORDER BY 1 LIMIT 1;
-- Copies of the definition, and back.
CREATE TABLE copied (LIKE page INCLUDING ALL);
SELECT count(*) > 10 AS columns_copied FROM pg_attribute WHERE attrelid = 'copied'::regclass AND attnum > 0;
ALTER FOREIGN TABLE page RENAME TO pages;
ALTER FOREIGN TABLE pages RENAME COLUMN name TO title;
SELECT count(*) FROM pages;
ALTER FOREIGN TABLE pages ALTER COLUMN title OPTIONS (ADD field 'name');
SELECT count(title) FROM pages;
\i :drop
