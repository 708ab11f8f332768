-- Items that wait aside: to be tried again, for their time, or behind another of their
-- key.  A copy of the outbox's row, so that its partition can be emptied.
CREATE TABLE pendo.waiting (
    LIKE pendo.outbox INCLUDING COMMENTS,
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    reason text NOT NULL CHECK (reason IN ('retry', 'configuration', 'throttle', 'later', 'key')),
    status integer,
    code text,
    message text,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (item)
);
CREATE INDEX waiting_due ON pendo.waiting (connection, owner, due_at);
CREATE INDEX waiting_key ON pendo.waiting (connection, object, key, item);
ALTER TABLE pendo.waiting ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.waiting
    USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY see ON pendo.waiting FOR SELECT USING ((SELECT pendo._is_operator()));
REVOKE ALL ON pendo.waiting FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.waiting', '');
COMMENT ON TABLE pendo.waiting IS 'items that are to be sent later, and why';
COMMENT ON COLUMN pendo.waiting.due_at IS 'when it is tried next';
COMMENT ON COLUMN pendo.waiting.attempts IS 'how often it was sent in vain';
COMMENT ON COLUMN pendo.waiting.look IS
    'look first: it was to be so, or what became of the last attempt is not known';
COMMENT ON COLUMN pendo.waiting.reason IS
    'retry, configuration: it failed; throttle: the remote system said wait; later: not_before; key: behind another of its key';
COMMENT ON COLUMN pendo.waiting.status IS 'HTTP status of the last answer; 0: none came';
COMMENT ON COLUMN pendo.waiting.code IS 'the remote system''s name for what was wrong';
COMMENT ON COLUMN pendo.waiting.message IS 'its own words';
COMMENT ON COLUMN pendo.waiting.since IS 'when it was put aside';
