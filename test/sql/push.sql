-- Pushes: what goes into the outbox, and what is known of what arrived.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set alone :abs_srcdir '/include/alone.sql'
\set together :abs_srcdir '/include/together.sql'
\i :alone
SET client_min_messages = warning;
-- The connection: no request is made here, so any server of such a wrapper will do.
SELECT NOT EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = 'hubspot_fdw') AS make_wrapper \gset
\if :make_wrapper
CREATE FOREIGN DATA WRAPPER hubspot_fdw;
\endif
CREATE SERVER push_crm FOREIGN DATA WRAPPER hubspot_fdw;
CREATE FUNCTION pg_temp.deliver(outcome text DEFAULT 'delivered', org text DEFAULT 'o1') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    work jsonb;
BEGIN
    -- As the deliverer: the newest item of a key, with fields of older ones below it.
    SELECT jsonb_build_object('object', max(object), 'key_field', max(key_field), 'items', jsonb_agg(jsonb_build_object('item', item, 'key', key, 'fields', fields, 'source', source)))
      INTO work
      FROM (SELECT DISTINCT ON (key) item, object, key_field, key, source,
                   (SELECT jsonb_object_agg(f.key, f.value ORDER BY x.item)
                      FROM pendo.outbox x, jsonb_each(x.fields) f WHERE x.key = o.key) AS fields
              FROM pendo.outbox o ORDER BY key, item DESC) i;
    PERFORM pendo._note_push(work, (SELECT jsonb_agg(jsonb_build_object('item', i -> 'item', 'outcome', outcome,
        'remote_id', '9' || (i ->> 'key'), 'code', 'BAD', 'message', 'no such colour')) FROM jsonb_array_elements(work -> 'items') i), org);
    DELETE FROM pendo.outbox;
    RETURN jsonb_array_length(work -> 'items') || ' ' || outcome;
END $$;
CREATE VIEW pg_temp.sent AS
SELECT connection, object, operation, key_field, key, fields, look, class, source FROM pendo.outbox ORDER BY key COLLATE "C", item;
CREATE SCHEMA push_test;
CREATE TABLE push_test.account (id text, score numeric, note text, seen_at timestamptz, checked_at date);
CREATE VIEW push_test.health AS SELECT id, score, note, seen_at, checked_at FROM push_test.account;
INSERT INTO push_test.account VALUES ('a', 1, 'one', '2024-01-01 12:00+01', '2024-01-01'), ('b', 2, NULL, NULL, '2024-01-01'), ('c', 3.50, 'three', 'infinity', '2024-01-01');

-- A name that nothing has is an error, not a success; but a pause outlives its connection,
-- and so do items.
SELECT pendo.pause('push_crmm');
CALL pendo.deliver('push_crmm');
SELECT pendo.retry('push_crmm');
SELECT pendo.discard('push_crmm');
SELECT pendo.enqueue('push_crmm', 'companies', 'a', '{}', key_field => 'pendo_id');
SELECT pendo.drop_push('nosuch');
INSERT INTO pendo.pause (connection) VALUES ('push_crmm');
SELECT pendo.resume('push_crmm');
BEGIN;
INSERT INTO pendo.failed_item (item, slot, xid, owner, connection, object, operation, key, fields, class, look, created_at, attempts)
VALUES (-1, 0, '0', current_user, 'push_crmm', 'companies', 'update', 'a', '{}', 'push', false, now(), 1);
SELECT pendo.discard('push_crmm');
ROLLBACK;
-- Of those that failed pendo.problem has a statement that works whenever it is typed, here
-- four hours and a change of the clock later; nothing found is a notice.
BEGIN;
INSERT INTO pendo.failed_item (item, slot, xid, owner, connection, object, operation, key, fields, class, look, created_at, attempts,
                               code, failed_at)
SELECT i, 0, '0', current_user, 'push_crm', 'companies', 'update', 'a', '{}', 'push', false, now(), 1, c, t
  FROM (VALUES (-1, 'ONE', now()), (-2, 'TWO', '2026-03-29 00:50+01'), (-3, 'TWO', '2026-03-29 04:10+02')) AS v (i, c, t);
SET LOCAL timezone = 'Europe/Berlin';
SELECT next_statement FROM pendo.problem WHERE what ~ 'failed at' ORDER BY what;
SELECT next_statement FROM pendo.problem WHERE what ~ 'TWO' \gexec
SET LOCAL client_min_messages = notice;
SELECT pendo.retry('push_crm');
SELECT pendo.discard(item => -4);
ROLLBACK;

-- What cannot be is refused, and the message says what to do.
SELECT * FROM pendo.define_push('h');
SELECT * FROM pendo.define_push('h', 'push_test.health', 'nowhere', 'companies', 'id', 'pendo_id');
SELECT * FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'id');
SELECT * FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'idd', 'pendo_id');
SELECT * FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'seen_at', 'pendo_id');
SELECT * FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'id', 'pendo_id', columns => '{"score": "x", "note": "x"}');
SELECT * FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'id', 'pendo_id', operation => 'delete');
SELECT * FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'id', 'pendo_id', sources => '{"push_test.account": "note2"}');
SELECT * FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'id', 'pendo_id', sources => '{"push_test.health": "id"}');
SELECT * FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'id', 'pendo_id', sources => '{"account": "id"}');
SELECT * FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'id', 'pendo_id', sources => '{"nonsense": "id"}');
SELECT * FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'id', 'pendo_id', every => '0');
SELECT * FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'id', 'pendo_id', full_every => '0');
SELECT * FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'id', 'pendo_id', max_changed => 50);
SELECT * FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'id', 'pendo_id', max_vanished => -1);
SELECT * FROM pendo.run_push('h');
SELECT pendo.enqueue('push_crm', NULL, 'a', '{}', key_field => 'pendo_id');
SELECT pendo.enqueue('push_crm', 'companies', NULL, '{}', key_field => 'pendo_id');
SELECT pendo.enqueue('push_crm', 'companies', '', '{}', key_field => 'pendo_id');
SELECT pendo.enqueue('push_crm', 'companies', 'a', '[1]', key_field => 'pendo_id');
SELECT pendo.enqueue('push_crm', 'companies', 'a', NULL, key_field => 'pendo_id');
SELECT pendo.enqueue('push_crm', 'companies', 'a', '{}', operation => 'delete');
SELECT pendo.enqueue('push_crm', 'companies', 'a', '{}');
SELECT pendo.enqueue('push_crm', 'companies', 'a', '{}', key_field => '');
SELECT pendo.enqueue('push_crm', 'companies', 'a', '{}', key_field => 'pendo_id', class => 'urgent');
SELECT pendo.enqueue('push_crm', 'companies', 'a', '{}', key_field => 'pendo_id', links => '{}');

-- Defined twice it changes only what is other.
SELECT setting, old, new FROM pendo.define_push('h', 'push_test.health', 'push_crm', 'companies', 'id', 'pendo_id',
    columns => '{"score": "pendo_score", "note": "pendo_note", "seen_at": "pendo_seen"}', carry => '{checked_at}', max_changed => 1)
 WHERE setting <> 'owner';
SELECT * FROM pendo.define_push('h', every => '1 minute');
SELECT * FROM pendo.define_push('h');

-- A draft sends nothing, but shows what it would send.
SELECT * FROM pendo.run_push('h');
SELECT * FROM pendo.preview_push('h', 2);
SELECT count(*) AS items FROM pendo.outbox;
-- No live table tells whether the fields are there; then one does.
SET client_min_messages = notice;
SELECT * FROM pendo.check_push('h');
SET client_min_messages = warning;
CREATE FOREIGN TABLE push_test.company (id text, pendo_id text OPTIONS (field 'properties.pendo_id'),
    score numeric OPTIONS (field 'properties.pendo_scores'), note text OPTIONS (field 'properties.pendo_note'), checked_at date)
    SERVER push_crm OPTIONS (object 'company');
SELECT * FROM pendo.check_push('h');
SELECT pendo.start_push('h');
-- The hint says how a new field gets known, also where none is near.
BEGIN;
SELECT setting FROM pendo.define_push('h', columns => '{"score": "zzz"}');
SELECT pendo.start_push('h');
ROLLBACK;
DROP FOREIGN TABLE push_test.company;
-- A column whose values a field cannot hold, whatever they are.
CREATE SERVER push_sf FOREIGN DATA WRAPPER salesforce_fdw OPTIONS (login_url 'https://example.com');
CREATE FOREIGN TABLE push_test.live_account (name text, owner_id text, size bigint OPTIONS (field 'Size__c'), is_new boolean OPTIONS (field 'New__c'),
    seen timestamptz OPTIONS (field 'Seen__c')) SERVER push_sf OPTIONS (object 'account');
CREATE FOREIGN TABLE push_test.company (seen timestamptz OPTIONS (field 'properties.seen'), size float8 OPTIONS (field 'properties.size'))
    SERVER push_crm OPTIONS (object 'company');
CREATE DOMAIN push_test.moment AS timestamp;
CREATE TABLE push_test.kind (id text, number numeric, flag boolean, day date, at timestamp, zoned timestamptz, moment push_test.moment, words text);
\set define 'SELECT count(*) > 0 AS is_defined FROM pendo.define_push(''kinds'', ''push_test.kind'', '
\set account '''push_sf'', ''Account'', ''id'', ''Key__c'', columns => '
\set companies '''push_crm'', ''companies'', ''id'', ''key'', columns => '
:define :account '{"at": "Seen__c"}');
:define :account '{"number": "New__c"}');
:define :account '{"number": "Seen__c"}');
:define :account '{"flag": "Size__c", "words": "Name"}');
:define :companies '{"moment": "seen"}');
-- One that can be right is left to the remote system.
:define :companies '{"zoned": "seen", "flag": "size", "at": "unknown"}');
:define :account '{"number": "Name"}');
:define :account '{"flag": "OwnerId"}');
:define :account '{"zoned": "Seen__c", "words": "Size__c"}');
SELECT pendo.drop_push('kinds');
DROP FOREIGN TABLE push_test.company;
DROP SERVER push_sf CASCADE;

-- A trial: so many records; then all.
SET client_min_messages = error;
SELECT pendo.start_push('h', trial => 2);
SELECT * FROM pendo.run_push('h');
TABLE pg_temp.sent;
SELECT * FROM pendo.run_push('h');
-- What it was while the organisation was not known belongs to the one that it went to.
SELECT pg_temp.deliver();
SELECT org, key, wanted = delivered AS is_there, remote_id FROM pendo.push_record ORDER BY key;
INSERT INTO pendo.connection_state (connection, org) VALUES ('push_crm', 'o1');
SELECT pendo.start_push('h');
SET client_min_messages = warning;
SELECT * FROM pendo.run_push('h');
SELECT key, look FROM pendo.outbox;
SELECT pg_temp.deliver('unchanged');
SELECT * FROM pendo.run_push('h');

-- One change is one item with that field, whatever the session's time zone; what is carried
-- goes along and sends nothing itself.
SET timezone = 'Asia/Tokyo';
UPDATE push_test.account SET checked_at = '2024-01-02';
SELECT * FROM pendo.run_push('h');
UPDATE push_test.account SET score = score + 1 WHERE id = 'a';
UPDATE push_test.account SET score = 3.5 WHERE id = 'c';
SELECT * FROM pendo.preview_push('h');
SELECT * FROM pendo.run_push('h');
SELECT key, fields, look FROM pendo.outbox;
RESET timezone;
-- A to B and back to A, B under way: it ends at A.
UPDATE push_test.account SET score = score - 1 WHERE id = 'a';
SELECT * FROM pendo.run_push('h');
SELECT key, fields FROM pendo.outbox ORDER BY item;
SELECT pg_temp.deliver();
SELECT key, wanted = delivered AS is_there, delivered ->> 'pendo_score' AS score FROM pendo.push_record WHERE key = 'a';
-- What failed for good is told, and goes with the next change.
UPDATE push_test.account SET note = 'blue' WHERE id = 'a';
SELECT items FROM pendo.run_push('h');
SELECT pg_temp.deliver('failed');
SELECT what, effect, next_statement FROM pendo.problem;
SELECT items FROM pendo.run_push('h');
UPDATE push_test.account SET score = 7 WHERE id = 'a';
SELECT items FROM pendo.run_push('h');
SELECT key, fields FROM pendo.outbox;
SELECT pg_temp.deliver();
SELECT count(*) FROM pendo.problem;
-- What is tried again has not failed.
UPDATE push_test.account SET note = 'green' WHERE id = 'a';
SELECT items FROM pendo.run_push('h');
SELECT pendo._record(jsonb_build_object('connection', connection, 'connector', 'hubspot', 'object', object, 'operation', operation,
                                        'key_field', key_field, 'items', jsonb_build_array(jsonb_build_object('item', item, 'key', key,
                                        'fields', fields, 'source', source, 'attempts', 0, 'look', false))),
                     jsonb_build_array(jsonb_build_object('item', item, 'outcome', 'failed', 'class', 'retry', 'code', 'BUSY')), NULL)
  FROM pendo.outbox;
SELECT key, failed_at, code FROM pendo.push_record WHERE key = 'a';
SELECT reason, code, pendo.retry(item => item), pendo.retry(item => item) FROM pendo.waiting;
-- Given up, it is no problem either; it goes with the next change, or if somebody says so.
SELECT pendo.discard(source => 'push h'), pendo.discard(source => 'push h', open => true);
SELECT key, failed_at, code FROM pendo.push_record WHERE key = 'a';
SELECT count(*) FROM pendo.problem;
SELECT outcome FROM pendo.delivery WHERE source = 'push h' ORDER BY id;
DELETE FROM pendo.outbox;
SELECT items FROM pendo.run_push('h');
SELECT pendo.run_push(again => true);
SELECT * FROM pendo.run_push('h', again => true);
SELECT key, fields FROM pendo.outbox;
SELECT pg_temp.deliver();
SELECT key, failed_at, code FROM pendo.push_record WHERE key = 'a';
SELECT items FROM pendo.run_push('h', again => true);

-- No key, or one that occurs twice: nothing is sent.
INSERT INTO push_test.account SELECT * FROM push_test.account WHERE id = 'b';
SELECT * FROM pendo.preview_push('h');
DELETE FROM push_test.account WHERE id = 'b';
INSERT INTO push_test.account VALUES ('b', 2, NULL, NULL, '2024-01-02');
INSERT INTO push_test.account VALUES ('b', 9), ('d', 4);
SELECT * FROM pendo.run_push('h');
SELECT * FROM pendo.preview_push('h');
UPDATE push_test.account SET id = NULL WHERE score = 9;
SELECT * FROM pendo.run_push('h');
SELECT * FROM pendo.preview_push('h');
SELECT count(*) FROM pendo.outbox;
-- Of those that are due it is a warning, and told until it is over.
UPDATE pendo.push SET due_at = now();
SELECT * FROM pendo.run_push();
SELECT what, next_statement FROM pendo.problem;
SELECT failures, due_at > now() AS is_later FROM pendo.push;
DELETE FROM push_test.account WHERE id IS NULL;
UPDATE pendo.push SET due_at = now();
CALL pendo._run_due_pushes();
SELECT key, fields, look FROM pendo.outbox;
SELECT pg_temp.deliver();
SELECT failures, failure FROM pendo.push;

-- A row that vanishes is marked, comes back and is not sent again.
DELETE FROM push_test.account WHERE id = 'd';
SELECT items, vanished FROM pendo.run_push('h');
SELECT items, vanished FROM pendo.run_push('h');
SELECT key FROM pendo.push_record WHERE vanished_at IS NOT NULL;
INSERT INTO push_test.account VALUES ('d', 4);
SELECT items, vanished FROM pendo.run_push('h');
SELECT key FROM pendo.push_record WHERE vanished_at IS NOT NULL;

-- Other columns: what is new is sent; a column that is gone is an error that names it.
SELECT setting, new FROM pendo.define_push('h', columns => '["score"]', carry => '{}');
SELECT items FROM pendo.run_push('h');
SELECT key, fields FROM pendo.outbox ORDER BY key COLLATE "C";
SELECT pg_temp.deliver();
SELECT items FROM pendo.run_push('h');
CREATE TABLE push_test.plain AS SELECT id, score, note FROM push_test.account;
SELECT setting FROM pendo.define_push('h', source => 'push_test.plain');
SELECT items FROM pendo.run_push('h');
ALTER TABLE push_test.plain DROP COLUMN score;
SELECT * FROM pendo.run_push('h');
-- The hint's statement keeps what the others are called there, and what is carried.
SELECT setting FROM pendo.define_push('h', columns => '{"note": "pendo_note"}', carry => '{id}');
ALTER TABLE push_test.plain RENAME note TO nota;
SELECT * FROM pendo.run_push('h');
ALTER TABLE push_test.plain RENAME id TO no;
SELECT * FROM pendo.run_push('h');
DROP TABLE push_test.plain;
SELECT * FROM pendo.run_push('h');
SELECT what, next_statement FROM pendo.problem;
-- What is not started is no problem yet; a paused one rests.
BEGIN;
UPDATE pendo.push SET state = 'draft';
SELECT what FROM pendo.problem;
UPDATE pendo.push SET state = 'live';
SELECT next_statement FROM pendo.problem \gexec
SELECT what FROM pendo.problem;
ROLLBACK;
SELECT setting FROM pendo.define_push('h', source => 'push_test.health', columns => '["score"]', carry => '{}');
SELECT items FROM pendo.run_push('h');

-- Two organisations: each has its own history, and what went elsewhere is wanted again.
UPDATE push_test.account SET score = 20 WHERE id = 'a';
SELECT items FROM pendo.run_push('h');
SELECT pg_temp.deliver('delivered', 'o2');
UPDATE pendo.connection_state SET org = 'o2';
SELECT items, changed FROM pendo.run_push('h');
SELECT pg_temp.deliver('delivered', 'o2');
SELECT items FROM pendo.run_push('h');
UPDATE pendo.connection_state SET org = 'o1';
SELECT items, changed FROM pendo.run_push('h');
SELECT key, fields FROM pendo.outbox;
SELECT org, count(*), bool_and(wanted = delivered) AS is_there FROM pendo.push_record GROUP BY 1 ORDER BY 1;
SELECT pg_temp.deliver();
-- Not known for a while, as after a restore: as last time.
UPDATE pendo.connection_state SET org = NULL;
SELECT items FROM pendo.run_push('h');
UPDATE pendo.connection_state SET org = 'o1';

-- Paused; a push keeps its name.
SELECT pendo.pause_push('h');
SELECT * FROM pendo.run_push('h');
UPDATE pendo.push SET state = 'live';
UPDATE pendo.push SET name = 'i';
-- The guard rail.
INSERT INTO push_test.account SELECT 'x' || i, i FROM generate_series(1, 96) i;
SELECT * FROM pendo.define_push('h', max_changed => 0.1);
SELECT * FROM pendo.run_push('h');
SELECT pg_temp.deliver();
UPDATE push_test.account SET score = score + 1 WHERE id ~ 'x[1-9]$';
SELECT * FROM pendo.run_push('h');
SELECT pg_temp.deliver();
UPDATE push_test.account SET score = score + 1 WHERE id ~ 'x[1-4]';
DELETE FROM push_test.account WHERE id ~ 'x[5-7]';
SELECT * FROM pendo.run_push('h');
SELECT what, effect, next_statement FROM pendo.problem;
SELECT count(*) FROM pendo.outbox;
SELECT pendo.allow_push('h');
SELECT pendo.allow_push('h', changed => 43, vanished => 33);
SELECT is_held FROM pendo.run_push('h');
SELECT pendo.allow_push('h', changed => 44, vanished => 33);
SELECT * FROM pendo.run_push('h');
SELECT count(*) FROM pendo.problem;
SELECT pg_temp.deliver();

-- Declared sources: only keys that were changed there are looked at.
CREATE TABLE push_test.visit (account text, minutes int);
CREATE VIEW push_test.minutes AS
SELECT a.id, sum(v.minutes) AS minutes, count(*) AS visits FROM push_test.account a LEFT JOIN push_test.visit v ON v.account = a.id GROUP BY a.id;
DELETE FROM push_test.account WHERE id ~ 'x';
SELECT setting, new FROM pendo.define_push('m', 'push_test.minutes', 'push_crm', 'companies', 'id', operation => 'update',
    sources => '{"push_test.account": "id", "push_test.visit": "account"}', adopt => false) WHERE setting IN ('sources', 'key_field', 'operation');
SELECT count(*) FROM pg_trigger WHERE tgfoid = 'pendo._mark_dirty'::regproc;
SET client_min_messages = error;
SELECT pendo.start_push('m');
SET client_min_messages = warning;
SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgfoid = 'pendo._mark_dirty'::regproc ORDER BY 1, 2;
INSERT INTO push_test.visit VALUES ('a', 5);
SELECT * FROM pendo.run_push('m');
SELECT * FROM pg_temp.sent WHERE key = 'a';
SELECT pg_temp.deliver();
SELECT push, key FROM pendo.dirty;
SELECT push, due_at > now() AS is_later FROM pendo._due_push() WHERE push = 'm';
INSERT INTO push_test.visit VALUES ('a', 5), ('a', 6), ('b', 1), ('nobody', 1), (NULL, 1);
UPDATE push_test.visit SET account = 'c' WHERE account = 'b';
SELECT key, count(*) FROM pendo.dirty GROUP BY 1 ORDER BY 1;
UPDATE pendo.push SET last_run_at = now() - interval '1 minute' WHERE name = 'm';
SELECT push, due_at <= now() AS is_due FROM pendo._due_push() WHERE push = 'm';
SELECT * FROM pendo.run_push('m');
SELECT key, fields FROM pendo.outbox ORDER BY key;
SELECT pg_temp.deliver();
SELECT count(*) FROM pendo.dirty;
-- What no source tells is found by the full pass.
ALTER TABLE push_test.visit DISABLE TRIGGER ALL;
DELETE FROM push_test.visit WHERE account = 'c';
ALTER TABLE push_test.visit ENABLE TRIGGER ALL;
SELECT items, is_full FROM pendo.run_push('m');
UPDATE pendo.push SET full_at = full_at - interval '25 hours' WHERE name = 'm';
SELECT items, is_full FROM pendo.run_push('m');
DELETE FROM push_test.account WHERE id = 'd';
SELECT items, vanished, is_full FROM pendo.run_push('m');
TRUNCATE push_test.visit;
SELECT items, is_full FROM pendo.run_push('m');
-- A key column of another name is no error for who writes, everything is compared.
ALTER TABLE push_test.visit RENAME account TO account_id;
INSERT INTO push_test.visit VALUES ('a', 5);
SELECT push, key FROM pendo.dirty;
-- While it is paused a mark says that everything is to be compared.
SELECT pendo.pause_push('m');
DELETE FROM pendo.dirty;
UPDATE push_test.account SET note = 'x' WHERE id = 'a';
SELECT push, key FROM pendo.dirty;
SELECT * FROM pendo.define_push('m', sources => '{"push_test.account": "id"}');
SELECT tgrelid::regclass, count(*) FROM pg_trigger WHERE tgfoid = 'pendo._mark_dirty'::regproc GROUP BY 1;
-- Another object: nothing is known of its records, and nothing is sent before somebody has looked.
SET client_min_messages = notice;
SELECT * FROM pendo.define_push('m', object => 'contacts');
SET client_min_messages = warning;
SELECT count(*) FROM pendo.push_record WHERE push = 'm';

-- Keys that are numbers, many columns.
CREATE TABLE push_test.wide (id bigint PRIMARY KEY);
SELECT format('ALTER TABLE push_test.wide %s', string_agg(format('ADD c%s int DEFAULT %s', i, i), ', ')) FROM generate_series(1, 120) i \gexec
INSERT INTO push_test.wide VALUES (7), (8);
SELECT count(*) > 0 AS is_new FROM pendo.define_push('w', 'push_test.wide', 'push_crm', 'companies', 'id', 'number', sources => '{"push_test.wide": "id"}');
SET client_min_messages = error;
SELECT pendo.start_push('w');
SET client_min_messages = warning;
SELECT items FROM pendo.run_push('w');
SELECT key, (SELECT count(*) FROM jsonb_each(fields)) AS fields, fields -> 'c120' AS c120 FROM pendo.outbox WHERE source = 'push w';
SELECT pg_temp.deliver();
UPDATE push_test.wide SET c50 = 0 WHERE id = 8;
SELECT items, is_full FROM pendo.run_push('w');
SELECT key, fields FROM pendo.outbox WHERE source = 'push w';
-- The same organisation by another name, and another one.
UPDATE pendo.push SET org = 'o1' WHERE name = 'w';
CREATE SERVER push_same FOREIGN DATA WRAPPER hubspot_fdw OPTIONS (expected_org 'o1');
SELECT * FROM pendo.define_push('w', connection => 'push_same');
BEGIN;
UPDATE pendo.push SET object = 'deals' WHERE name = 'w' RETURNING state;
SELECT count(*) FROM pendo.push_record WHERE push = 'w';
ROLLBACK;
SELECT * FROM pendo.define_push('w', connection => 'push_crm');
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'push_test.wide'::regclass;
DROP SERVER push_same;

-- Columns with the names that the query itself uses.
CREATE TABLE push_test.named (key text PRIMARY KEY, v int, s int, r int, k int, hash int, was int, nm text);
INSERT INTO push_test.named VALUES ('a', 1, 2, 3, 4, 5, 6, 'Ann');
SELECT count(*) > 0 AS is_new FROM pendo.define_push('n', 'push_test.named', 'push_crm', 'companies', 'key', 'pendo_id');
SELECT key, field, new FROM pendo.preview_push('n');
SELECT pendo.drop_push('n');

-- Others gain nothing.
CREATE ROLE regress_push_ann;
CREATE ROLE regress_push_bob;
SELECT count(*) > 0 AS granted FROM pendo.grant_access('regress_push_ann', 'analyst');
SELECT count(*) > 0 AS granted FROM pendo.grant_access('regress_push_bob', 'analyst');
GRANT USAGE ON FOREIGN SERVER push_crm TO regress_push_ann, regress_push_bob;
CREATE SCHEMA push_ann AUTHORIZATION regress_push_ann;
CREATE SCHEMA push_bob AUTHORIZATION regress_push_bob;
DELETE FROM pendo.outbox;
SET ROLE regress_push_ann;
CREATE TABLE push_ann.account (id text PRIMARY KEY, score int);
INSERT INTO push_ann.account VALUES ('a', 1);
SELECT count(*) > 0 AS is_new FROM pendo.define_push('ann', 'push_ann.account', 'push_crm', 'companies', 'id', 'pendo_id', sources => '{"push_ann.account": "id"}');
SET client_min_messages = error;
SELECT pendo.start_push('ann');
SET client_min_messages = warning;
SELECT items FROM pendo.run_push('ann');
SELECT count(*) AS pushes FROM pendo.push;
SELECT owner, key FROM pendo.outbox;
GRANT USAGE ON SCHEMA push_ann TO regress_push_bob;
GRANT SELECT, INSERT ON push_ann.account TO regress_push_bob;
SET ROLE regress_push_bob;
SELECT (SELECT count(*) FROM pendo.push) AS pushes, (SELECT count(*) FROM pendo.push_record) AS records,
       (SELECT count(*) FROM pendo.dirty) AS marks, (SELECT count(*) FROM pendo.outbox) AS items;
SELECT * FROM pendo.run_push('ann');
SELECT pendo.drop_push('ann'), (SELECT count(*) FROM pendo.preview_push('ann'));
SELECT * FROM pendo.define_push('ann', 'push_ann.account', 'push_crm', 'companies', 'id', 'pendo_id');
SELECT * FROM pendo.define_push('bob', 'push_ann.account', 'push_crm', 'companies', 'id', 'pendo_id', sources => '{"push_ann.account": "id"}');
INSERT INTO pendo.dirty (push, key) VALUES ('ann', 'a');
INSERT INTO pendo.push_record (push, key) VALUES ('ann', 'z');
INSERT INTO pendo.push (name, owner, connection, object, key_field, source_schema, source_table, key_column, columns)
VALUES ('steal', 'regress_push_ann', 'push_crm', 'companies', 'x', 'push_bob', 'v', 'id', '{"a": "a"}');
-- Who may write a source need not know of the push.
INSERT INTO push_ann.account VALUES ('b', 2);
-- Triggers, casts and temporary views of one's own do nothing in another's name.
CREATE TABLE push_bob.mine (id text);
CREATE TRIGGER steal AFTER INSERT ON push_bob.mine REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION pendo._mark_dirty('ann', 'id');
INSERT INTO push_bob.mine VALUES ('from bob');
CREATE FUNCTION push_bob.steal() RETURNS text LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'stolen by %', current_user; END $$;
CREATE TYPE push_bob.pair AS (a text);
CREATE FUNCTION push_bob.pair_text(push_bob.pair) RETURNS text LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'stolen by %', current_user; END $$;
CREATE CAST (push_bob.pair AS text) WITH FUNCTION push_bob.pair_text(push_bob.pair) AS IMPLICIT;
SELECT count(*) > 0 AS is_new FROM pendo.define_push('bob', 'push_bob.mine', 'push_crm', 'companies', 'id', 'pendo_id', columns => '{"id": "x"}');
UPDATE pendo.push SET state = 'live' WHERE name = 'bob';
CREATE TABLE push_bob.pairs (id push_bob.pair);
CREATE TRIGGER steal AFTER INSERT ON push_bob.pairs REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION pendo._mark_dirty('bob', 'id');
INSERT INTO push_bob.pairs VALUES (ROW('x'));
CREATE TEMP VIEW after AS SELECT push_bob.steal() AS id;
CREATE TRIGGER steal2 AFTER INSERT ON push_bob.mine FOR EACH STATEMENT EXECUTE FUNCTION pendo._mark_dirty('bob', 'id');
INSERT INTO push_bob.mine VALUES ('x');
SELECT push, key FROM pendo.dirty ORDER BY id;
SELECT pendo.drop_push('bob');
SET ROLE regress_push_ann;
SELECT push, key FROM pendo.dirty;
SELECT items, is_full FROM pendo.run_push('ann');
SELECT key FROM pendo.outbox ORDER BY item;
-- What a definition says is a name, and no statement.
SELECT count(*) > 0 AS is_new FROM pendo.define_push('drop', 'push_ann.account', 'push_crm', 'companies', 'id', 'pendo_id');
UPDATE pendo.push SET sources = '{"push_ann.account; DROP TABLE push_ann.account": "id"}' WHERE name = 'drop';
-- Before 16 such a name is an error, later it is that of no table.
DO $$ BEGIN UPDATE pendo.push SET state = 'live' WHERE name = 'drop'; EXCEPTION WHEN invalid_name THEN NULL; END $$;
UPDATE pendo.push SET sources = '{}', source_table = 'account"; DROP', state = 'live' WHERE name = 'drop';
SELECT * FROM pendo.run_push('drop');
SELECT pendo.drop_push('drop'), (SELECT count(*) FROM push_ann.account) AS accounts;
-- A view of bob's would run bob's functions with ann's rights.
SET ROLE regress_push_bob;
CREATE VIEW push_bob.health AS SELECT id, score FROM push_ann.account;
GRANT USAGE ON SCHEMA push_bob TO regress_push_ann;
GRANT SELECT ON push_bob.health TO regress_push_ann;
SET ROLE regress_push_ann;
SELECT * FROM pendo.define_push('theirs', 'push_bob.health', 'push_crm', 'companies', 'id', 'pendo_id');
CREATE VIEW push_ann.health AS SELECT id, score FROM push_ann.account;
SELECT count(*) AS settings FROM pendo.define_push('ann', 'push_ann.health');
RESET ROLE;
ALTER VIEW push_ann.health OWNER TO regress_push_bob;
SET ROLE regress_push_ann;
SELECT * FROM pendo.run_push('ann');
SELECT what FROM pendo.problem;
RESET ROLE;
-- Who may only read sees no push of others; operators see all.
CREATE ROLE regress_push_app;
CREATE ROLE regress_push_ops;
SELECT count(*) > 0 AS granted FROM pendo.grant_access('regress_push_app', 'application');
SELECT count(*) > 0 AS granted FROM pendo.grant_access('regress_push_ops', 'operator');
UPDATE pendo.push SET due_at = now() - interval '1 day' WHERE name = 'ann';
SET ROLE regress_push_app;
SELECT what FROM pendo.problem;
SET ROLE regress_push_ops;
SELECT what FROM pendo.problem WHERE what ~ 'push ann';
RESET ROLE;
DROP OWNED BY regress_push_app, regress_push_ops;
DROP ROLE regress_push_app, regress_push_ops;
DROP SERVER push_crm CASCADE;
ALTER SCHEMA push_ann RENAME TO push_anna;
SELECT what, next_statement FROM pendo.problem WHERE what ~ 'push ann' ORDER BY 1;
SELECT pendo.drop_push(name) FROM pendo.push;
SELECT count(*) FROM pendo.push_record;
SELECT count(*) FROM pendo.dirty;
SELECT count(*) FROM pg_trigger WHERE tgfoid = 'pendo._mark_dirty'::regproc AND tgname ~ 'push';
DELETE FROM pendo.outbox;
DELETE FROM pendo.connection_state;
DROP SCHEMA push_test, push_anna, push_bob CASCADE;
DROP OWNED BY regress_push_ann, regress_push_bob;
DROP ROLE regress_push_ann, regress_push_bob;
\if :make_wrapper
DROP FOREIGN DATA WRAPPER hubspot_fdw;
\endif
\i :together
