-- Rows of a query, written many at once: what a table may have so that this is
-- the same as INSERT ... SELECT, and that all else is left to INSERT.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS pendo_fdw;
CREATE SCHEMA load;
SET search_path = load;
CREATE TABLE source AS
SELECT i AS a, 'row ' || i AS b, timestamptz '2024-01-01 UTC' + i * interval '1 hour' AS c
  FROM generate_series(1, 5000) AS i;

-- How many rows came by which way.
CREATE FUNCTION by_way(target regclass, query text, columns name[] DEFAULT '{a,b,c}')
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    n bigint := pendo._insert_rows(target, columns, query);
BEGIN
    RETURN coalesce(n || ' at once', 'left to INSERT');
END
$$;
CREATE FUNCTION differences(target regclass)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    n bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM ((SELECT a, b, c FROM %1$s EXCEPT ALL TABLE load.source)'
                   ' UNION ALL (TABLE load.source EXCEPT ALL SELECT a, b, c FROM %1$s)) d', target) INTO n;
    RETURN n;
END
$$;

-- Columns in another order, one more without a default, an index, wide rows.
CREATE TABLE plain (z int, c timestamptz, b text COLLATE "C", a int NOT NULL);
CREATE INDEX ON plain (upper(b)) WHERE a > 10;
SELECT by_way('plain', 'SELECT * FROM load.source'), differences('plain');
SELECT count(*) FROM plain WHERE upper(b) = 'ROW 4711' AND a > 10;
SELECT count(*) FROM plain WHERE z IS NOT NULL;
CREATE TABLE wide (a int, b text, c timestamptz);
SELECT by_way('wide', $$SELECT a, repeat(md5(a::text), 3000), c FROM load.source WHERE a <= 30$$);
SELECT count(*), min(length(b)), max(length(b)) FROM wide;
SELECT by_way('wide', 'SELECT * FROM load.source WHERE false');

-- Partitions, one of them with its columns elsewhere, rows for them in turn.
CREATE TABLE parted (c timestamptz NOT NULL, a int, b text) PARTITION BY RANGE (c);
CREATE TABLE early PARTITION OF parted FOR VALUES FROM ('2024-01-01 UTC') TO ('2024-03-01 UTC');
CREATE TABLE late (b text, gone int, a int, c timestamptz NOT NULL) PARTITION BY LIST ((a % 2));
ALTER TABLE late DROP COLUMN gone;
CREATE TABLE late_even PARTITION OF late FOR VALUES IN (0);
CREATE TABLE late_odd PARTITION OF late FOR VALUES IN (1);
CREATE UNIQUE INDEX ON late_odd (a);
ALTER TABLE parted ATTACH PARTITION late FOR VALUES FROM ('2024-03-01 UTC') TO ('2025-01-01 UTC');
SELECT by_way('parted', 'SELECT * FROM load.source ORDER BY hashint4(a)'), differences('parted');
SELECT tableoid::regclass, count(*), min(a), max(a) FROM parted GROUP BY 1 ORDER BY 1;
SELECT a, b FROM late_odd WHERE a = 4711;

-- A check, and columns that are dropped, whatever they were.
CREATE TABLE checked (a int CHECK (a > 0), b text, x int GENERATED ALWAYS AS IDENTITY, y int DEFAULT 1,
                      z int GENERATED ALWAYS AS (a + 1) STORED, c timestamptz);
ALTER TABLE checked DROP x, DROP y, DROP z;
SELECT by_way('checked', 'SELECT * FROM load.source'), differences('checked');

-- What cannot be written: nothing is, and the error is that of an INSERT.
SELECT by_way('checked', 'SELECT a - 4000, b, c FROM load.source');
SELECT by_way('parted', 'SELECT * FROM load.source WHERE a >= 4711');
SELECT by_way('parted', $$SELECT a, b, c - interval '1 year' FROM load.source$$);
SELECT by_way('parted', 'SELECT a, b, NULL::timestamptz FROM load.source');
SELECT by_way('plain', 'SELECT NULL::int, b, c FROM load.source');
SELECT by_way('plain', 'SELECT 1 / (a - 4000), b, c FROM load.source');
SELECT by_way('plain', 'SELECT a, b, c FROM load.nowhere');
SELECT by_way('plain', 'SELECT * FROM load.source', '{a,b,x}');
SELECT differences('parted'), differences('plain');

-- What asks for more than writing rows.
CREATE FUNCTION say() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;
CREATE TABLE other (a int, b text, c timestamptz);
ALTER TABLE other ADD d int DEFAULT 3;
SELECT by_way('other', 'SELECT * FROM load.source');
ALTER TABLE other DROP d, ADD e int GENERATED ALWAYS AS IDENTITY;
SELECT by_way('other', 'SELECT * FROM load.source');
SELECT by_way('other', 'SELECT *, 1 FROM load.source', '{a,b,c,e}');
ALTER TABLE other DROP e, ADD f int GENERATED ALWAYS AS (a + 1) STORED;
SELECT by_way('other', 'SELECT * FROM load.source');
ALTER TABLE other DROP f;
CREATE TRIGGER each_row AFTER INSERT ON other FOR EACH ROW EXECUTE FUNCTION say();
SELECT by_way('other', 'SELECT * FROM load.source');
DROP TRIGGER each_row ON other;
CREATE TRIGGER each_statement BEFORE INSERT ON other EXECUTE FUNCTION say();
SELECT by_way('other', 'SELECT * FROM load.source');
DROP TRIGGER each_statement ON other;
CREATE RULE instead AS ON INSERT TO other DO INSTEAD NOTHING;
SELECT by_way('other', 'SELECT * FROM load.source');
DROP RULE instead ON other;
ALTER TABLE other ADD UNIQUE (a) DEFERRABLE;
SELECT by_way('other', 'SELECT * FROM load.source');
ALTER TABLE other DROP CONSTRAINT other_a_key;
SELECT by_way('other', 'SELECT a::bigint, b, c FROM load.source');
SELECT by_way('other', 'SELECT a, b FROM load.source');
SELECT by_way('other', 'DELETE FROM load.source');
SELECT by_way('other', 'DELETE FROM load.source RETURNING a, b, c');
SELECT by_way('other', 'SELECT 1; SELECT 2');
SELECT by_way('early', 'SELECT * FROM load.source');
CREATE VIEW seen AS TABLE other;
SELECT by_way('seen', 'SELECT * FROM load.source');
CREATE TRIGGER late_row AFTER INSERT ON late_odd FOR EACH ROW EXECUTE FUNCTION say();
SELECT by_way('parted', 'SELECT * FROM load.source');
SELECT count(*) FROM other;
SELECT count(*) FROM source;

-- Then INSERT does it.
ALTER TABLE other ADD d int DEFAULT 3;
SELECT pendo._add_rows('other', '{a,b,c}', 'SELECT * FROM load.source'), differences('other');
SELECT count(*) FROM other WHERE d = 3;

-- Rights are those of an INSERT.
CREATE ROLE loader;
GRANT USAGE ON SCHEMA load, pendo TO loader;
GRANT SELECT ON ALL TABLES IN SCHEMA load TO loader;
GRANT EXECUTE ON FUNCTION pendo._insert_rows(regclass, name[], text), pendo._add_rows(regclass, name[], text),
    pendo._column_list(name[], text) TO loader;
CREATE TABLE guarded (LIKE source);
SET ROLE loader;
SELECT by_way('guarded', 'SELECT * FROM load.source');
SELECT pendo._add_rows('guarded', '{a,b,c}', 'SELECT * FROM load.source');
RESET ROLE;
GRANT INSERT ON guarded TO loader;
SET ROLE loader;
SELECT by_way('guarded', 'SELECT * FROM load.source');
SELECT by_way('pg_catalog.pg_class', 'SELECT * FROM load.source', '{relname}');
RESET ROLE;
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
SET ROLE loader;
SELECT by_way('guarded', 'SELECT * FROM load.source');
SELECT pendo._add_rows('guarded', '{a,b,c}', 'SELECT * FROM load.source');
RESET ROLE;
SET default_transaction_read_only = on;
SELECT by_way('guarded', 'SELECT * FROM load.source');
RESET default_transaction_read_only;

DROP SCHEMA load CASCADE;
REVOKE ALL ON FUNCTION pendo._insert_rows(regclass, name[], text), pendo._add_rows(regclass, name[], text),
    pendo._column_list(name[], text) FROM loader;
REVOKE USAGE ON SCHEMA pendo FROM loader;
DROP ROLE loader;
