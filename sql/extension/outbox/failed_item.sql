-- Items that will not be tried again by themselves.
CREATE TABLE pendo.failed_item (
    LIKE pendo.outbox INCLUDING COMMENTS,
    attempts integer NOT NULL,
    status integer,
    code text,
    message text,
    failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (item)
);
CREATE INDEX failed_item_key ON pendo.failed_item (connection, object, key);
ALTER TABLE pendo.failed_item ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.failed_item
    USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY see ON pendo.failed_item FOR SELECT USING ((SELECT pendo._is_operator()));
REVOKE ALL ON pendo.failed_item FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.failed_item', '');
COMMENT ON TABLE pendo.failed_item IS
    'items that failed for good; pendo.retry() and pendo.discard() deal with them';
COMMENT ON COLUMN pendo.failed_item.attempts IS 'how often it was sent';
COMMENT ON COLUMN pendo.failed_item.status IS 'HTTP status of the last answer';
COMMENT ON COLUMN pendo.failed_item.code IS 'the remote system''s name for what was wrong';
COMMENT ON COLUMN pendo.failed_item.message IS 'its own words';
COMMENT ON COLUMN pendo.failed_item.failed_at IS 'when it was given up';
