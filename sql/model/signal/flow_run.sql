-- What flows did: once for each flow, signal and CRM, whatever becomes of the flow.  What
-- came of the item is noted when flows run next, and stays when the log of deliveries goes.
CREATE TABLE flow_run (
    flow text NOT NULL,
    kind text NOT NULL,
    fact text NOT NULL,
    connection name NOT NULL,
    item bigint,
    key text,
    crm_account_id text,
    crm_contact_id text,
    created_at timestamptz NOT NULL DEFAULT now(),
    outcome text,
    remote_id text,
    message text,
    settled_at timestamptz,
    PRIMARY KEY (flow, kind, fact, connection)
);
CREATE INDEX flow_run_signal ON flow_run (kind, fact);
CREATE INDEX flow_run_to_do ON flow_run (item) WHERE remote_id IS NULL;
REVOKE ALL ON flow_run FROM PUBLIC;
COMMENT ON TABLE flow_run IS 'what flows put into the outbox, once for each signal and CRM';
COMMENT ON COLUMN flow_run.flow IS 'the flow';
COMMENT ON COLUMN flow_run.kind IS 'kind of the signal';
COMMENT ON COLUMN flow_run.fact IS 'the signal''s fact';
COMMENT ON COLUMN flow_run.connection IS 'CRM';
COMMENT ON COLUMN flow_run.item IS 'number of the item in the outbox';
COMMENT ON COLUMN flow_run.key IS 'its key';
COMMENT ON COLUMN flow_run.crm_account_id IS 'company or account that it belongs to';
COMMENT ON COLUMN flow_run.crm_contact_id IS 'contact that it belongs to';
COMMENT ON COLUMN flow_run.created_at IS 'when';
COMMENT ON COLUMN flow_run.outcome IS
    'what came of the item, as in pendo.delivery; NULL: not known yet';
COMMENT ON COLUMN flow_run.remote_id IS 'id of the record in the CRM';
COMMENT ON COLUMN flow_run.message IS 'why it failed, in the CRM''s words';
COMMENT ON COLUMN flow_run.settled_at IS 'when that was';
