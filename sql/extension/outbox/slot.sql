-- The outbox has three partitions that take turns: new items go into the one that the
-- sequence names, the others are emptied once all in them has been dealt with.
CREATE SEQUENCE pendo.outbox_turn;
REVOKE ALL ON pendo.outbox_turn FROM PUBLIC;
COMMENT ON SEQUENCE pendo.outbox_turn IS 'whose turn it is to take new items of the outbox';

-- Not in SQL that would have to be parsed for each item.
CREATE FUNCTION pendo._outbox_slot()
RETURNS smallint
LANGUAGE sql VOLATILE
AS $$SELECT (coalesce(pg_catalog.pg_sequence_last_value('pendo.outbox_turn'), 0) OPERATOR(pg_catalog.%) 3)::pg_catalog.int2$$;
REVOKE ALL ON FUNCTION pendo._outbox_slot() FROM PUBLIC;
COMMENT ON FUNCTION pendo._outbox_slot() IS 'partition of the outbox that takes new items';

-- Types that check their values: a table's own checks are read anew for each statement.  Their
-- collation is that of a function with an argument of type name, where they are compared.
CREATE DOMAIN pendo._filled AS text COLLATE "C" CHECK (VALUE <> '');
COMMENT ON DOMAIN pendo._filled IS 'a text that is not empty';
CREATE DOMAIN pendo._fields AS jsonb CHECK (jsonb_typeof(VALUE) = 'object');
COMMENT ON DOMAIN pendo._fields IS 'remote fields and their values';
CREATE DOMAIN pendo._links AS jsonb CHECK (jsonb_typeof(VALUE) = 'array');
COMMENT ON DOMAIN pendo._links IS 'records that a new one belongs to';
CREATE DOMAIN pendo._operation AS text COLLATE "C" CHECK (VALUE IN ('upsert', 'update', 'create'));
COMMENT ON DOMAIN pendo._operation IS 'upsert, update or create';
CREATE DOMAIN pendo._class AS text COLLATE "C" CHECK (VALUE IN ('signal', 'push'));
COMMENT ON DOMAIN pendo._class IS 'signal or push';
