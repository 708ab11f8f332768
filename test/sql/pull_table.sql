-- Pulls between tables of every shape: their kinds, names, types and values, and what a
-- team adds.  The source is a table of this database seen through postgres_fdw, so that
-- it can be changed.
SET client_min_messages = warning;
SET timezone = 'UTC';
CREATE EXTENSION postgres_fdw;
DO $$ BEGIN
    CREATE ROLE regress_pendo_team;
    EXECUTE format('CREATE SERVER pull_table FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host %L, port %L, dbname %L)',
        split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database());
    EXECUTE format('CREATE USER MAPPING FOR regress_pendo_team SERVER pull_table OPTIONS (user %L, password_required ''false'')',
        current_user);
END $$;
CREATE USER MAPPING FOR CURRENT_USER SERVER pull_table;
CREATE SCHEMA pt_there;
CREATE SCHEMA pt_live;
CREATE SCHEMA pt;

-- Everything is compared once after somebody asked for it, and under the guard rail;
-- then again what changed alone, however the session writes times.
CREATE TABLE pt_there.item (id integer PRIMARY KEY, name text, at timestamptz);
INSERT INTO pt_there.item SELECT i, 'name ' || i, '2024-03-04 05:06:07+00'::timestamptz + i * interval '1 hour' FROM generate_series(1, 100) i;
CREATE FOREIGN TABLE pt_live.item (id integer, name text, at timestamptz) SERVER pull_table OPTIONS (schema_name 'pt_there');
CREATE TABLE pt.item (id integer PRIMARY KEY, name text, at timestamptz, deleted_at timestamptz);
SELECT count(*) > 0 AS is_new FROM pendo.define_pull('pt_live.item', 'pt.item', key_columns => '{id}', time_column => 'at', is_scheduled => false);
SET datestyle = 'SQL, DMY';
CALL pendo.run_pull('pt.item');
SET datestyle = 'ISO, MDY';
SELECT cursor::timestamptz FROM pendo.ledger WHERE pull = 'pt.item';
DELETE FROM pt_there.item WHERE id > 10;
CALL pendo.run_pull('pt.item');
SELECT count(*) FROM pt.item WHERE deleted_at IS NULL;
SELECT pendo.recheck('pt.item');
CALL pendo.run_pull('pt.item');
SELECT count(*) FROM pt.item WHERE deleted_at IS NULL;
SELECT pendo.allow_vanished('pt.item');
CALL pendo.run_pull('pt.item');
SELECT count(*) FROM pt.item WHERE deleted_at IS NULL;
SELECT full_at IS NOT NULL AS is_compared FROM pendo.ledger WHERE pull = 'pt.item';
UPDATE pt_there.item SET name = 'not told' WHERE id = 1;
CALL pendo.run_pull('pt.item');
SELECT count(*) FROM pt.item WHERE name = 'not told';
UPDATE pendo.pull SET full_every = NULL WHERE name = 'pt.item';
DELETE FROM pt_there.item WHERE id = 2;
CALL pendo.run_pull('pt.item');
SELECT count(*) FROM pt.item WHERE deleted_at IS NULL;
-- A time that is yet to come hides no change.
UPDATE pt_there.item SET at = 'infinity' WHERE id = 3;
CALL pendo.run_pull('pt.item');
UPDATE pt_there.item SET name = 'told', at = now() WHERE id = 4;
CALL pendo.run_pull('pt.item');
SELECT count(*) FROM pt.item WHERE name = 'told';
SELECT count(*) AS failures FROM pendo.ledger WHERE failure IS NOT NULL;

-- Columns with the names of the statements' own, and types without a hash or an equality;
-- values that are equal and not the same.
CREATE COLLATION pt.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE EXTENSION citext;
CREATE TABLE pt_there.odd (
    day date, n integer, h1 text, h2 bigint, q text, x point, s json, f xml, "_Table" citext, "1 ""of"" 2" text COLLATE pt.any_case,
    number numeric, real double precision, "Ab.c'd%1$s" text[], doc jsonb,
    name_of_63_bytes_name_of_63_bytes_name_of_63_bytes_name_of_63_b text);
INSERT INTO pt_there.odd
SELECT current_date - i, i, 'h1', 2, 'q', '(1,2)', '{"a" : 1}', '<a/>', 'Citext', 'Text', 1.0, 0, '{a,NULL}', '{"a": 1.0}', 'long'
  FROM generate_series(0, 1) i, generate_series(1, 2);
CREATE FOREIGN TABLE pt_live.odd (
    day date, n integer, h1 text, h2 bigint, q text, x point, s json, f xml, "_Table" citext, "1 ""of"" 2" text COLLATE pt.any_case,
    number numeric, real double precision, "Ab.c'd%1$s" text[], doc jsonb,
    name_of_63_bytes_name_of_63_bytes_name_of_63_bytes_name_of_63_b text) SERVER pull_table OPTIONS (schema_name 'pt_there');
CREATE TABLE pt.odd (LIKE pt_live.odd) PARTITION BY RANGE (day);
SELECT count(*) > 0 AS is_new FROM pendo.define_pull('pt_live.odd', 'pt.odd', time_column => 'day', since => current_date - 1, is_scheduled => false);
CALL pendo.run_pull('pt.odd');
CALL pendo.run_pull('pt.odd');
SELECT rows, inserted, deleted FROM pendo.run WHERE pull = 'pt.odd' ORDER BY id;
UPDATE pt_there.odd SET s = '{"a":1}', f = '<b/>', "_Table" = 'CITEXT', "1 ""of"" 2" = 'TEXT', number = 1.00, x = '(2,1)' WHERE n = 0;
CALL pendo.run_pull('pt.odd');
SELECT inserted, deleted FROM pendo.run WHERE pull = 'pt.odd' ORDER BY id DESC LIMIT 1;
SELECT s, f, "_Table", "1 ""of"" 2", number, x FROM pt.odd WHERE n = 0;
CREATE TABLE pt.odd_key (LIKE pt_live.odd, deleted_at timestamptz);
ALTER TABLE pt.odd_key ADD PRIMARY KEY (n, q);
DELETE FROM pt_there.odd WHERE n = 0 AND ctid <> (SELECT min(ctid) FROM pt_there.odd WHERE n = 0);
DELETE FROM pt_there.odd WHERE n = 1 AND ctid <> (SELECT min(ctid) FROM pt_there.odd WHERE n = 1);
SELECT count(*) > 0 AS is_new FROM pendo.define_pull('pt_live.odd', 'pt.odd_key', key_columns => '{n,q}', is_scheduled => false);
CALL pendo.run_pull('pt.odd_key');
CALL pendo.run_pull('pt.odd_key');
UPDATE pt_there.odd SET s = '{"a": 1}', f = '<c/>', "_Table" = 'ciTEXT', "1 ""of"" 2" = 'teXT', number = 1.000, x = '(2,2)' WHERE n = 0;
CALL pendo.run_pull('pt.odd_key');
SELECT inserted, updated, deleted FROM pendo.run WHERE pull = 'pt.odd_key' ORDER BY id;
SELECT s, f, "_Table", "1 ""of"" 2", number, x FROM pt.odd_key ORDER BY n;
SELECT pull, what FROM pendo.problem;

-- A team gives a column another type: it is filled all the same, and what is equal stays.
ALTER TABLE pt.odd_key ALTER h2 TYPE integer, ALTER real TYPE numeric, ALTER h1 TYPE varchar(3);
ALTER TABLE pt.odd ALTER h2 TYPE integer, ALTER real TYPE numeric, ALTER h1 TYPE varchar(3);
CALL pendo.run_pull('pt.odd_key');
SELECT pendo.recheck('pt.odd');
CALL pendo.run_pull('pt.odd');
SELECT pull, inserted, updated, deleted FROM pendo.run WHERE id IN (SELECT max(id) FROM pendo.run GROUP BY pull) AND pull ~ 'odd' ORDER BY 1;
SELECT pull, what FROM pendo.problem;

-- What cannot be kept is refused.
CREATE VIEW pt.item_view AS SELECT * FROM pt.item;
CREATE UNLOGGED TABLE pt.item_unlogged (id integer PRIMARY KEY, name text, at timestamptz, deleted_at timestamptz);
CREATE TEMPORARY TABLE item_temporary (id integer PRIMARY KEY, name text, at timestamptz, deleted_at timestamptz);
CREATE TABLE pt.item_of_team (id integer PRIMARY KEY, name text, at timestamptz, deleted_at timestamptz);
ALTER TABLE pt.item_of_team OWNER TO regress_pendo_team;
CREATE FOREIGN TABLE pt_live.deleted (id integer, deleted_at timestamptz) SERVER pull_table OPTIONS (schema_name 'pt', table_name 'item');
CREATE TABLE pt.deleted (id integer PRIMARY KEY, deleted_at timestamptz);
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT pendo.define_pull('pt_live.item', 'pt.item_view', key_columns => '{id}');
SELECT pendo.define_pull('pt_live.item', 'pt_live.odd', time_column => 'day', since => current_date);
SELECT pendo.define_pull('pt_live.item', 'pt.item_unlogged', key_columns => '{id}');
SELECT pendo.define_pull('pt_live.item', 'item_temporary', name => 'temporary', key_columns => '{id}');
SELECT pendo.define_pull('pt_live.item', 'pt.item_of_team', key_columns => '{id}');
SELECT pendo.define_pull('pt_live.deleted', 'pt.deleted', key_columns => '{id}');
SELECT count(*) > 0 AS is_new FROM pendo.define_pull('pt_live.deleted', 'pt.deleted', key_columns => '{id}', vanished => 'delete', is_scheduled => false);
CALL pendo.run_pull('pt.deleted');
CALL pendo.run_pull('pt.deleted');
SELECT count(*), count(deleted_at) FROM pt.deleted;
-- A table that is given away is not written with its former owner's rights.
ALTER TABLE pt.deleted OWNER TO regress_pendo_team;
CALL pendo.run_pull('pt.deleted');
ALTER TABLE pt.deleted OWNER TO CURRENT_USER;
CALL pendo.run_pull('pt.deleted');

-- What a team adds to a table: other columns in another order, partitions, constraints.
CREATE TABLE pt_there.log (day date, word text);
INSERT INTO pt_there.log SELECT current_date - i, 'word ' || i FROM generate_series(0, 70) i;
CREATE FOREIGN TABLE pt_live.log (day date, word text) SERVER pull_table OPTIONS (schema_name 'pt_there');
CREATE TABLE pt.log (ours text DEFAULT 'ours', word text, gone text, length integer GENERATED ALWAYS AS (length(word)) STORED, day date)
    PARTITION BY RANGE (day);
ALTER TABLE pt.log DROP gone;
CREATE TABLE pt.log_early PARTITION OF pt.log FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
DO $$ BEGIN
    EXECUTE format('CREATE TABLE pt.log_now PARTITION OF pt.log FOR VALUES FROM (%L) TO (%L)',
        date_trunc('month', now())::date, date_trunc('month', now() + interval '3 months')::date);
END $$;
SELECT count(*) > 0 AS is_new FROM pendo.define_pull('pt_live.log', 'pt.log', time_column => 'day', since => current_date - 70, is_scheduled => false);
CALL pendo.run_pull('pt.log');
SELECT count(*), count(DISTINCT day), min(ours), bool_and(length = length(word)) AS is_made FROM pt.log;
SELECT count(*) > 0 AS is_used FROM pt.log_now;
CREATE TABLE pt.by_word (LIKE pt_live.log) PARTITION BY LIST (word);
CREATE TABLE pt.by_word_rest PARTITION OF pt.by_word DEFAULT;
SELECT count(*) > 0 AS is_new FROM pendo.define_pull('pt_live.log', 'pt.by_word', time_column => 'day', since => current_date, is_scheduled => false);
CALL pendo.run_pull('pt.by_word');
SELECT count(*) FROM pt.by_word;
-- Names that begin alike, of 63 bytes and less than 63 characters.
CREATE TABLE pt.a23456789_123456789_123456789_123456789_123456789_12345_12345_a (LIKE pt_live.log) PARTITION BY RANGE (day);
CREATE TABLE pt.a23456789_123456789_123456789_123456789_123456789_12345_12345_b (LIKE pt_live.log) PARTITION BY RANGE (day);
CREATE TABLE pt."éééééééééééééééééééééééééééééé" (LIKE pt_live.log) PARTITION BY RANGE (day);
SELECT pendo.define_pull('pt_live.log', t, 'by_window', 'long ' || n, time_column => 'day', since => current_date - 70, is_scheduled => false) IS NULL AS is_null
  FROM (SELECT oid::regclass, row_number() OVER (ORDER BY relname COLLATE "C") FROM pg_class
         WHERE relnamespace = 'pt'::regnamespace AND relkind = 'p' AND octet_length(relname) > 55) AS t (t, n)
 GROUP BY 1;
CALL pendo.run_pull('long 1');
CALL pendo.run_pull('long 2');
CALL pendo.run_pull('long 3');
SELECT pull, sum(rows) FROM pendo.ledger WHERE pull ~ 'long' GROUP BY 1 ORDER BY 1;
SELECT pull, what FROM pendo.problem;

-- What speaks at the end of a transaction stops its own windows alone.
CREATE TABLE pt.word (word text PRIMARY KEY);
INSERT INTO pt.word SELECT word FROM pt_there.log WHERE word <> 'word 0';
CREATE TABLE pt.checked (day date, word text REFERENCES pt.word DEFERRABLE INITIALLY DEFERRED);
SELECT count(*) > 0 AS is_new FROM pendo.define_pull('pt_live.log', 'pt.checked', time_column => 'day', since => current_date - 70, is_scheduled => false);
CALL pendo.run_pull('pt.checked');
CALL pendo.run_pull('pt.checked');
SELECT count(*) FROM pt.checked;
SELECT failed_windows, failure ~ 'foreign key' AS is_told, ended_at IS NOT NULL AS has_ended FROM pendo.run WHERE pull = 'pt.checked' ORDER BY id;
INSERT INTO pt.word VALUES ('word 0');
CALL pendo.run_pull('pt.checked');
SELECT count(*) FROM pt.checked;

-- What a trigger keeps is not inserted a second time.
CREATE FUNCTION pt.keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER keep BEFORE DELETE ON pt.checked FOR EACH ROW EXECUTE FUNCTION pt.keep();
INSERT INTO pt.word VALUES ('other');
UPDATE pt_there.log SET word = 'other' WHERE word = 'word 0';
CALL pendo.run_pull('pt.checked');
SELECT count(*) FROM pt.checked;
DROP TRIGGER keep ON pt.checked;
CALL pendo.run_pull('pt.checked');
SELECT count(*), count(*) FILTER (WHERE word = 'other') AS others FROM pt.checked;

-- Nor are rows that their owner does not see.
SELECT pendo.create_roles();
GRANT pendo_analyst TO regress_pendo_team;
GRANT USAGE ON SCHEMA pt_live TO regress_pendo_team;
GRANT ALL ON SCHEMA pt TO regress_pendo_team;
GRANT SELECT ON pt_live.log TO regress_pendo_team;
CREATE TABLE pt.hidden (LIKE pt_live.log);
ALTER TABLE pt.hidden OWNER TO regress_pendo_team;
SET ROLE regress_pendo_team;
SELECT count(*) > 0 AS is_new FROM pendo.define_pull('pt_live.log', 'pt.hidden', time_column => 'day', since => current_date, is_scheduled => false);
CALL pendo.run_pull('pt.hidden');
ALTER TABLE pt.hidden ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY write ON pt.hidden FOR INSERT WITH CHECK (true);
CALL pendo.run_pull('pt.hidden');
ALTER TABLE pt.hidden NO FORCE ROW LEVEL SECURITY;
SELECT count(*) FROM pt.hidden;
CALL pendo.run_pull('pt.hidden');
-- After SET ROLE, too, the same failure again is told to who asks.
ALTER TABLE pt.hidden RENAME TO seen;
CALL pendo.run_pull('pt.hidden');
CALL pendo.run_pull('pt.hidden');
RESET ROLE;

-- A key that comes twice: neither row is taken for the other, into what is there and
-- into an empty table.
CREATE TABLE pt_there.twice (id integer, name text);
CREATE FOREIGN TABLE pt_live.twice (id integer, name text) SERVER pull_table OPTIONS (schema_name 'pt_there');
CREATE TABLE pt.twice (id integer PRIMARY KEY, name text, deleted_at timestamptz);
SELECT count(*) > 0 AS is_new FROM pendo.define_pull('pt_live.twice', 'pt.twice', key_columns => '{id}', is_scheduled => false);
INSERT INTO pt_there.twice VALUES (1, 'one'), (2, 'two');
CALL pendo.run_pull('pt.twice');
INSERT INTO pt_there.twice VALUES (2, 'another two');
CALL pendo.run_pull('pt.twice');
TABLE pt.twice ORDER BY id;
TRUNCATE pt.twice;
CALL pendo.run_pull('pt.twice');

DROP SCHEMA pt_live, pt_there, pt CASCADE;
SELECT count(pendo.drop_pull(name)) FROM pendo.pull;
DROP SERVER pull_table CASCADE;
DROP OWNED BY regress_pendo_team, pendo_application, pendo_analyst, pendo_operator, pendo_admin;
DROP ROLE regress_pendo_team, pendo_application, pendo_analyst, pendo_operator, pendo_admin;
DROP EXTENSION citext, postgres_fdw;
