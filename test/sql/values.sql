-- Values that do not fit, and columns declared otherwise.
\set server val
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
SELECT count(custom_bigid) FROM visitor;
ALTER FOREIGN TABLE visitor OPTIONS (ADD on_bad_value 'null');
SELECT count(*) = count(custom_bigid) AS all_there FROM visitor;
SELECT count(custom_bigid) < (SELECT count(*) FROM visitor WHERE metadata #> '{custom,bigid}' IS NOT NULL AND metadata #> '{custom,bigid}' <> 'null') AS some_are_bad FROM visitor;
-- Where a bad value is NULL, a test for NULL is ours.
EXPLAIN (COSTS OFF) SELECT visitor_id FROM visitor WHERE custom_bigid IS NULL AND visitor_id = 'x';
-- Text takes all; jsonb too; numeric is exact beyond bigint.
ALTER FOREIGN TABLE visitor ALTER COLUMN custom_bigid TYPE text;
SELECT count(custom_bigid) = count(metadata #> '{custom,bigid}') FILTER (WHERE metadata #> '{custom,bigid}' <> 'null') AS same FROM visitor;
ALTER FOREIGN TABLE visitor ALTER COLUMN custom_bigid TYPE jsonb;
SELECT DISTINCT jsonb_typeof(custom_bigid) FROM visitor ORDER BY 1;
CREATE DOMAIN val.email AS text CHECK (VALUE ~ '@');
CREATE FOREIGN TABLE typed (
    id numeric, name varchar(4), platform char(10),
    again text OPTIONS (field 'name'), missing text OPTIONS (field 'no.such.member'),
    raw json OPTIONS (field 'displayName')
) SERVER val OPTIONS (object 'app');
SELECT id, platform, again, missing FROM typed ORDER BY id LIMIT 2;
\set VERBOSITY sqlstate
SELECT name FROM typed;
\set VERBOSITY default
CREATE FOREIGN TABLE times (
    id text, created_at date, last_updated_at timestamp,
    again timestamptz OPTIONS (field 'createdAt'), ms bigint OPTIONS (field 'createdAt')
) SERVER val OPTIONS (object 'guide');
SELECT count(*), bool_and(created_at = (again AT TIME ZONE 'America/New_York')::date), bool_and(again = to_timestamp(ms / 1000.0)) FROM times;
EXPLAIN (COSTS OFF) SELECT id FROM times WHERE created_at = '2024-01-01' AND ms > 5;
-- Dropped and added columns keep their places.
ALTER FOREIGN TABLE typed DROP COLUMN name, DROP COLUMN raw, ADD COLUMN display_name text;
SELECT * FROM typed WHERE id = -323232;
-- A table without columns counts.
CREATE FOREIGN TABLE bare () SERVER val OPTIONS (object 'app');
SELECT count(*) FROM bare;
SELECT * FROM bare LIMIT 1;
-- Partitions and inheritance.
CREATE TABLE parts (id bigint, name text) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE parts_1 PARTITION OF parts FOR VALUES FROM (MINVALUE) TO (MAXVALUE) SERVER val OPTIONS (object 'app');
SELECT count(*) FROM parts WHERE id < 0;
DROP TABLE parts;
\i :drop
