-- The log of deliveries: one row for each attempt's outcome.  With another one than "retry", the
-- item is dealt with.  Most of what a delivery writes is written here: so one index finds an
-- item's rows and tells them apart, and names are no wider than they are.
CREATE TABLE pendo.delivery (
    id bigint GENERATED ALWAYS AS IDENTITY,
    item bigint NOT NULL,
    owner text NOT NULL DEFAULT current_user,
    connection text NOT NULL,
    object text NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    source text,
    outcome text NOT NULL CHECK (outcome = 'delivered'    -- mostly: the rest is not looked at
                                 OR outcome IN ('unchanged', 'superseded', 'retry', 'failed', 'discarded', 'expired')),
    org text,
    remote_id text,
    is_created boolean,
    attempt integer,
    status integer,
    code text,
    message text,
    request_id text,
    sent_at timestamptz,
    ended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (item, id)
);
CREATE INDEX delivery_ended ON pendo.delivery USING brin (ended_at);
ALTER TABLE pendo.delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.delivery
    USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY see ON pendo.delivery FOR SELECT USING ((SELECT pendo._is_operator()));
REVOKE ALL ON pendo.delivery FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.delivery', '');
SELECT pg_catalog.pg_extension_config_dump('pendo.delivery_id_seq', '');
COMMENT ON TABLE pendo.delivery IS
    'attempts to deliver and what came of them; kept as long as pendo_fdw.log_retention says';
COMMENT ON SEQUENCE pendo.delivery_id_seq IS 'numbers of deliveries';
COMMENT ON COLUMN pendo.delivery.id IS 'number';
COMMENT ON COLUMN pendo.delivery.item IS 'the item';
COMMENT ON COLUMN pendo.delivery.owner IS 'role whose item it is';
COMMENT ON COLUMN pendo.delivery.connection IS 'server that it went to';
COMMENT ON COLUMN pendo.delivery.object IS 'kind of record';
COMMENT ON COLUMN pendo.delivery.operation IS 'upsert, update or create';
COMMENT ON COLUMN pendo.delivery.key IS 'which record';
COMMENT ON COLUMN pendo.delivery.source IS 'what wrote the item';
COMMENT ON COLUMN pendo.delivery.outcome IS
    'delivered; unchanged: it was so already; superseded by a newer item; retry: later; failed, discarded, expired: never';
COMMENT ON COLUMN pendo.delivery.org IS 'remote organisation that it went to';
COMMENT ON COLUMN pendo.delivery.remote_id IS 'id of the remote record';
COMMENT ON COLUMN pendo.delivery.is_created IS 'the record is new; NULL: not known';
COMMENT ON COLUMN pendo.delivery.attempt IS 'the how manyth attempt';
COMMENT ON COLUMN pendo.delivery.status IS 'HTTP status; 0: no answer; NULL: nothing was sent';
COMMENT ON COLUMN pendo.delivery.code IS 'the remote system''s name for what was wrong';
COMMENT ON COLUMN pendo.delivery.message IS 'its own words';
COMMENT ON COLUMN pendo.delivery.request_id IS 'its name for the request';
COMMENT ON COLUMN pendo.delivery.sent_at IS 'when the request was sent';
COMMENT ON COLUMN pendo.delivery.ended_at IS 'when the outcome was noted';
