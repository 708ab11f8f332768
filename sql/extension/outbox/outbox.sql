-- The outbox: what is to be delivered, written in the transaction that caused it.
-- Append only: an item is never changed.  What became of it is in pendo.delivery; what
-- must be tried again is copied to pendo.waiting.
--
-- "xid" and "item" are its place: items are taken up when no transaction that may have
-- written an earlier one is under way.  Of several with one key the newest "item" counts:
-- who changes a record holds its lock, so numbers follow the order of the changes.
CREATE SEQUENCE pendo.outbox_item;
REVOKE ALL ON pendo.outbox_item FROM PUBLIC;
COMMENT ON SEQUENCE pendo.outbox_item IS 'numbers of items';
SELECT pg_catalog.pg_extension_config_dump('pendo.outbox_item', '');

CREATE TABLE pendo.outbox (
    item bigint NOT NULL DEFAULT nextval('pendo.outbox_item'),
    slot smallint NOT NULL DEFAULT pendo._outbox_slot(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    owner name NOT NULL DEFAULT current_user,
    connection name NOT NULL,
    object pendo._filled NOT NULL,
    operation pendo._operation NOT NULL DEFAULT 'upsert',
    key_field pendo._filled,
    key pendo._filled NOT NULL,
    fields pendo._fields NOT NULL,
    links pendo._links,
    class pendo._class NOT NULL DEFAULT 'push',
    source text,
    not_before timestamptz,
    expires_at timestamptz,
    look boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now()
) PARTITION BY LIST (slot);
-- Of a domain the order would not be known.
CREATE INDEX outbox_place ON pendo.outbox (connection, owner, (class::text), xid, item);
CREATE INDEX outbox_key ON pendo.outbox (key, item);     -- short, for each item pays for it
ALTER TABLE pendo.outbox ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.outbox
    USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY see ON pendo.outbox FOR SELECT USING ((SELECT pendo._is_operator()));
CREATE TABLE pendo.outbox_0 PARTITION OF pendo.outbox FOR VALUES IN (0);
CREATE TABLE pendo.outbox_1 PARTITION OF pendo.outbox FOR VALUES IN (1);
CREATE TABLE pendo.outbox_2 PARTITION OF pendo.outbox FOR VALUES IN (2);
-- Each index costs who writes; nothing is ever looked up by "item" alone.
ALTER TABLE pendo.outbox_0 REPLICA IDENTITY FULL;
ALTER TABLE pendo.outbox_1 REPLICA IDENTITY FULL;
ALTER TABLE pendo.outbox_2 REPLICA IDENTITY FULL;
REVOKE ALL ON pendo.outbox, pendo.outbox_0, pendo.outbox_1, pendo.outbox_2 FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.outbox_0', '');
SELECT pg_catalog.pg_extension_config_dump('pendo.outbox_1', '');
SELECT pg_catalog.pg_extension_config_dump('pendo.outbox_2', '');
COMMENT ON TABLE pendo.outbox IS 'what is to be delivered; append only, see pendo.enqueue()';
COMMENT ON TABLE pendo.outbox_0 IS 'a partition of pendo.outbox';
COMMENT ON TABLE pendo.outbox_1 IS 'a partition of pendo.outbox';
COMMENT ON TABLE pendo.outbox_2 IS 'a partition of pendo.outbox';
COMMENT ON COLUMN pendo.outbox.item IS 'number; later changes of a key have larger ones';
COMMENT ON COLUMN pendo.outbox.slot IS 'its partition';
COMMENT ON COLUMN pendo.outbox.xid IS 'transaction that wrote it';
COMMENT ON COLUMN pendo.outbox.owner IS 'role that wrote it, whose user mapping it is sent with';
COMMENT ON COLUMN pendo.outbox.connection IS 'server that it goes to';
COMMENT ON COLUMN pendo.outbox.object IS 'kind of record, as the remote API names it';
COMMENT ON COLUMN pendo.outbox.operation IS
    'upsert: by key_field; update: the record must be there; create: a new one, once a key';
COMMENT ON COLUMN pendo.outbox.key_field IS
    'remote field that identifies the record; NULL: its id, or of a create nothing';
COMMENT ON COLUMN pendo.outbox.key IS 'which record; items of one key are sent one after the other';
COMMENT ON COLUMN pendo.outbox.fields IS 'remote field and value; null clears';
COMMENT ON COLUMN pendo.outbox.links IS
    'records that a new one belongs to: [{"object": "companies", "id": "123"}]';
COMMENT ON COLUMN pendo.outbox.class IS 'signal: people wait for it; push: it may wait for those';
COMMENT ON COLUMN pendo.outbox.source IS 'what wrote it: push NAME, flow NAME, or nothing';
COMMENT ON COLUMN pendo.outbox.not_before IS 'not to be sent before this time';
COMMENT ON COLUMN pendo.outbox.expires_at IS 'not to be sent any more after this time';
COMMENT ON COLUMN pendo.outbox.created_at IS 'when it was written';
COMMENT ON COLUMN pendo.outbox.look IS 'look first what is there, and send what differs';
SELECT pendo._copy_comments('pendo.outbox', p) FROM pg_catalog.unnest('{pendo.outbox_0,pendo.outbox_1,pendo.outbox_2}'::pg_catalog.regclass[]) p;
