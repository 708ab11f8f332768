-- What a push knows of each record, for each remote organisation: what was delivered to a
-- sandbox says nothing about production.  "wanted" is what was last put into the outbox: a
-- change is told by comparing with it, so that one that comes back while another is under
-- way is sent, too.
CREATE TABLE pendo.push_record (
    push text NOT NULL,
    org text NOT NULL DEFAULT '',
    key text NOT NULL CHECK (key <> ''),
    hash bigint,
    wanted jsonb,
    delivered jsonb,
    remote_id text,
    item bigint,
    wanted_at timestamptz,
    delivered_at timestamptz,
    vanished_at timestamptz,
    failed_at timestamptz,
    code text,
    message text,
    PRIMARY KEY (push, org, key)
);
CREATE INDEX push_record_failed ON pendo.push_record (push, failed_at) WHERE failed_at IS NOT NULL;
-- Policies are subqueries, which a statement asks once and not for each of a million rows.
ALTER TABLE pendo.push_record ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.push_record
    USING (push IN (SELECT p.name FROM pendo.push p WHERE p.owner = current_user));
CREATE POLICY see ON pendo.push_record FOR SELECT USING ((SELECT pendo._is_operator()));
REVOKE ALL ON pendo.push_record FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.push_record', '');
COMMENT ON TABLE pendo.push_record IS 'what pushes know of their records';
COMMENT ON COLUMN pendo.push_record.push IS 'the push';
COMMENT ON COLUMN pendo.push_record.org IS
    'remote organisation, as in pendo.connection_state; empty: not known yet';
COMMENT ON COLUMN pendo.push_record.key IS 'which record';
COMMENT ON COLUMN pendo.push_record.hash IS
    'of the source''s row and how it is sent: what has the same has not changed';
COMMENT ON COLUMN pendo.push_record.wanted IS
    'remote fields and their values, as last put into the outbox; NULL: not known';
COMMENT ON COLUMN pendo.push_record.delivered IS 'fields and values that arrived';
COMMENT ON COLUMN pendo.push_record.remote_id IS 'id of the remote record';
COMMENT ON COLUMN pendo.push_record.item IS 'last item of the outbox';
COMMENT ON COLUMN pendo.push_record.wanted_at IS 'when that was written';
COMMENT ON COLUMN pendo.push_record.delivered_at IS 'when an item last arrived';
COMMENT ON COLUMN pendo.push_record.vanished_at IS
    'since when the source has it no longer; the remote record stays';
COMMENT ON COLUMN pendo.push_record.failed_at IS 'when an item failed for good, and none arrived since';
COMMENT ON COLUMN pendo.push_record.code IS 'the remote system''s name for what was wrong; DISCARDED: the last item was given up';
COMMENT ON COLUMN pendo.push_record.message IS 'its own words';
