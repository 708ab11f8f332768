-- Pulls: definitions, what is wrong with them, loads by key, vanished rows, what is told.
\set server pull
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\i :connect
\set VERBOSITY default
CREATE SCHEMA pull_local;
CREATE TABLE pull_local.page (LIKE pull.page, PRIMARY KEY (id));
CREATE TABLE pull_local.event (LIKE pull.event) PARTITION BY RANGE (day);

-- What cannot be is refused, and the message says what to do.
SELECT pendo.define_pull('pg_class', 'pull_local.page', key_columns => '{id}', is_scheduled => false);
SELECT pendo.define_pull('pull.page', 'pull_local.page');
SELECT pendo.define_pull('pull.page', 'pull_local.page', key_columns => '{id}', is_scheduled => false);
ALTER TABLE pull_local.page ADD COLUMN deleted_at timestamptz;
SELECT pendo.define_pull('pull.page', 'pull_local.page', key_columns => '{name}');
SELECT pendo.define_pull('pull.page', 'pull_local.page', key_columns => '{id}', columns => '{id,nam}');
SELECT pendo.define_pull('pull.page', 'pull_local.page', mode => 'changes', key_columns => '{id}', time_column => 'name');
SELECT pendo.define_pull('pull.event', 'pull_local.event', time_column => 'day');
SELECT pendo.define_pull('pull.page', 'pull_local.page', mode => 'sometimes', key_columns => '{id}', is_scheduled => false);
CALL pendo.run_pull('nonsense');

-- Defined twice it changes only what is other.
SELECT setting, old, new FROM pendo.define_pull('pull.page', 'pull_local.page',
    key_columns => '{id}', columns => '{id,name,app_id}', is_scheduled => false) WHERE setting <> 'owner';
SELECT * FROM pendo.define_pull('pull.page', 'pull_local.page',
    key_columns => '{id}', columns => '{id,name,app_id}', max_vanished => 0.5, is_scheduled => false);
-- What a repeated call does not name stays: the columns, every setting, the pull's name.
BEGIN;
UPDATE pendo.pull SET every = '3 hours', settle = '2 days', vanished = 'keep', name = 'renamed';
SELECT * FROM pendo.define_pull('pull.page', 'pull_local.page');
SELECT * FROM pendo.define_pull('pull.page', 'pull_local.page', every => '4 hours');
SELECT setting, old, new ~ 'color' AS has_all FROM pendo.define_pull('pull.page', 'pull_local.page', columns => '{*}');
SELECT * FROM pendo.define_pull('pull.page', 'pull_local.page', mode => 'changes', time_column => 'last_updated_at');
SELECT * FROM pendo.define_pull('pull.page', 'pull_local.page', mode => 'full');
SELECT pendo.unschedule('renamed');
SELECT * FROM pendo.define_pull('pull.page', 'pull_local.page', every => '5 hours');
SELECT * FROM pendo.define_pull('pull.page', 'pull_local.page', is_scheduled => true);
SELECT * FROM pendo.define_pull('pull.event', 'pull_local.event', mode => 'by_window', time_column => 'day',
    since => '2024-06-01', keep_for => '400 days') WHERE setting IN ('since', 'keep_for', 'every', 'is_scheduled');
SELECT * FROM pendo.define_pull('pull.event', 'pull_local.event', settle => '3 days');
ROLLBACK;

-- A table that the first publication of all tables would stop is warned of.
CREATE TABLE pull_local.plain (LIKE pull.event);
SELECT count(*) > 0 AS is_new FROM pendo.define_pull('pull.event', 'pull_local.plain', time_column => 'day', since => '2024-06-01', is_scheduled => false);
ALTER TABLE pull_local.plain REPLICA IDENTITY FULL;
SELECT count(*) AS changes FROM pendo.define_pull('pull.event', 'pull_local.plain');
SELECT pendo.drop_pull('pull_local.plain');

-- A load; the same again writes nothing; a row trigger sees real changes alone.
SELECT count(*) > 20 AS has_pages FROM pull.page \gset
\echo :has_pages
CALL pendo.run_pull('pull_local.page');
CREATE TABLE pull_local.seen (what text, id text, is_backfill boolean);
CREATE FUNCTION pull_local.see() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO seen VALUES (TG_OP, coalesce(NEW.id, OLD.id), pendo.is_backfill());
    RETURN NULL;
END $$;
CREATE TRIGGER see AFTER INSERT OR UPDATE OR DELETE ON pull_local.page
    FOR EACH ROW EXECUTE FUNCTION pull_local.see();
CALL pendo.run_pull('pull_local.page');
SELECT * FROM pull_local.seen;
ALTER TABLE pull_local.page DISABLE TRIGGER see;
DELETE FROM pull_local.page WHERE id = (SELECT min(id) FROM pull.page);
UPDATE pull_local.page SET name = 'other' WHERE id = (SELECT max(id) FROM pull.page);
INSERT INTO pull_local.page (id) VALUES ('gone');
ALTER TABLE pull_local.page ENABLE TRIGGER see;
CALL pendo.run_pull('pull_local.page');
SELECT what, CASE id WHEN (SELECT min(id) FROM pull.page) THEN 'first'
                     WHEN (SELECT max(id) FROM pull.page) THEN 'last' ELSE id END AS id, is_backfill
  FROM pull_local.seen ORDER BY 1, 2;
SELECT id, deleted_at IS NOT NULL AS is_marked FROM pull_local.page WHERE id = 'gone';
SELECT count(*) AS differences
  FROM (SELECT id, name, app_id FROM pull_local.page WHERE deleted_at IS NULL
        EXCEPT ALL SELECT id, name, app_id FROM pull.page) d;

-- A name that is no pull's is told.
SELECT pendo.schedule('pull_local.pgae');
SELECT pendo.unschedule('pull_local.pgae');
-- Too many at once would vanish: nothing is changed until somebody allows it.
ALTER TABLE pull_local.page DISABLE TRIGGER see;
INSERT INTO pull_local.page (id) SELECT 'x' || i FROM generate_series(1, 500) i;
SELECT count(*) AS rows FROM pull_local.page \gset before_
CALL pendo.run_pull('pull_local.page');
SELECT pull, what, effect, next_statement FROM pendo.problem WHERE pull = 'pull_local.page';
SELECT state, failed_windows FROM pendo.pull_progress WHERE pull = 'pull_local.page';
SELECT count(*) = :before_rows AS is_unchanged FROM pull_local.page WHERE deleted_at IS NULL OR id = 'gone';
SELECT pendo.allow_vanished('pull_local.page');
CALL pendo.run_pull('pull_local.page');
SELECT count(*) FROM pendo.problem WHERE pull = 'pull_local.page';
-- The permission was for once.
UPDATE pull_local.page SET deleted_at = NULL;
CALL pendo.run_pull('pull_local.page');

-- A trigger that fails fails its load alone, and is told.
CREATE FUNCTION pull_local.fail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'no such colour'; END $$;
CREATE TRIGGER fail BEFORE INSERT ON pull_local.page FOR EACH ROW EXECUTE FUNCTION pull_local.fail();
TRUNCATE pull_local.page;
CALL pendo.run_pull('pull_local.page');
SELECT what, next_statement FROM pendo.problem WHERE pull = 'pull_local.page';
DROP TRIGGER fail ON pull_local.page;
CALL pendo.run_pull('pull_local.page');

-- Windows: partitions are made, today's stays open, nothing is doubled.
SELECT count(*) > 0 AS is_new FROM pendo.define_pull('pull.event', 'pull_local.event', time_column => 'day',
    since => (now() AT TIME ZONE 'America/New_York')::date - 3, is_scheduled => false);
SET client_min_messages = warning;
CALL pendo.run_pull('pull_local.event');
SELECT state, count(*), sum(rows) AS rows FROM pendo.ledger WHERE pull = 'pull_local.event' GROUP BY 1 ORDER BY 1;
SELECT count(*) > 0 AS has_partitions, bool_and(relreplident = 'f') AS identity
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE inhparent = 'pull_local.event'::regclass;
SELECT table_name, complete_until < now() AS has_past, loaded_until > now() - interval '1 day' AS has_all,
       loaded_until < now() AS claims_no_future, missing_windows
  FROM pendo.freshness WHERE pull = 'pull_local.event';

-- Closed days are read again when somebody asks for it.
INSERT INTO pull_local.event (visitor_id, day)
SELECT 'nobody', (window_start AT TIME ZONE 'America/New_York')::date
  FROM pendo.ledger WHERE pull = 'pull_local.event' AND state = 'closed';
CALL pendo.run_pull('pull_local.event');
SELECT count(*) FROM pull_local.event;
SELECT pendo.recheck('pull_local.event');
CALL pendo.run_pull('pull_local.event');
SELECT count(*) FROM pull_local.event;

-- Not in a transaction block; paused; another's.
BEGIN;
CALL pendo.run_pull('pull_local.page');
ROLLBACK;
SELECT pendo.pause('pull', 'maintenance');
SELECT what, next_statement FROM pendo.problem WHERE what ~ 'connection pull';
UPDATE pendo.ledger SET due_at = now() WHERE pull = 'pull_local.page';
DELETE FROM pendo.run;
CALL pendo.run_pull('pull_local.page');
SELECT count(*) AS runs FROM pendo.run;
SELECT pendo.resume('pull'), pendo.resume('pull');
CREATE ROLE pull_other;
UPDATE pendo.pull SET owner = 'pull_other' WHERE name = 'pull_local.page';
CALL pendo.run_pull('pull_local.page');
UPDATE pendo.pull SET owner = current_user WHERE name = 'pull_local.page';
DROP ROLE pull_other;
DROP TABLE pull_local.page;
CALL pendo.run_pull('pull_local.page');
SELECT what, next_statement FROM pendo.problem WHERE pull = 'pull_local.page' ORDER BY 1;
SELECT pendo.drop_pull('pull_local.page'), pendo.drop_pull('pull_local.page'), pendo.drop_pull('pull_local.event');
SELECT count(*) FROM pendo.ledger;
DROP SCHEMA pull_local CASCADE;
\i :drop
