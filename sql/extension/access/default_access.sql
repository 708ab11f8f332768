-- What each kind of role may do beyond the kinds before it in "includes".  Functions
-- that are not named here are for analysts: they act with their caller's rights, on
-- rows that row-level security lets the caller have.
CREATE VIEW pendo._default_access AS
SELECT v.*
  FROM (VALUES
        ('application', 'SCHEMA', 'pendo', 'USAGE'),
        ('application', 'TABLE', 'pendo.pull', 'SELECT'),
        ('application', 'TABLE', 'pendo.ledger', 'SELECT'),
        ('application', 'TABLE', 'pendo.run', 'SELECT'),
        ('application', 'TABLE', 'pendo.pause', 'SELECT'),
        ('application', 'TABLE', 'pendo._default_remedy', 'SELECT'),
        ('application', 'TABLE', 'pendo.signal_state', 'SELECT'),
        ('application', 'TABLE', 'pendo._flow_item', 'SELECT'),
        ('application', 'TABLE', 'pendo.pull_progress', 'SELECT'),
        ('application', 'TABLE', 'pendo.completeness', 'SELECT'),
        ('application', 'TABLE', 'pendo.freshness', 'SELECT'),
        ('application', 'TABLE', 'pendo.problem', 'SELECT'),
        ('application', 'FUNCTION', 'pendo.is_backfill()', 'EXECUTE'),
        ('application', 'FUNCTION', 'pendo._find_relation(name,name)', 'EXECUTE'),
        ('application', 'FUNCTION', 'pendo._first_due(pendo.pull)', 'EXECUTE'),
        ('application', 'FUNCTION', 'pendo._is_paused(name)', 'EXECUTE'),
        ('application', 'FUNCTION', 'pendo._lease_holds(integer,timestamptz)', 'EXECUTE'),
        ('application', 'FUNCTION', 'pendo._may_see(name,name)', 'EXECUTE'),
        ('application', 'FUNCTION', 'pendo._zone(name)', 'EXECUTE'),
        ('application', 'FUNCTION', 'pendo.trace(name,text,text,text)', 'EXECUTE'),
        ('analyst', 'FUNCTION', 'pendo._wake()', 'EXECUTE'),
        ('analyst', 'TABLE', 'pendo.pull', 'INSERT, UPDATE, DELETE'),
        ('analyst', 'TABLE', 'pendo.ledger', 'INSERT, UPDATE, DELETE'),
        ('analyst', 'TABLE', 'pendo.run', 'INSERT, UPDATE, DELETE'),
        ('analyst', 'TABLE', 'pendo.summary', 'SELECT, INSERT, UPDATE, DELETE'),
        ('analyst', 'TABLE', 'pendo.model', 'SELECT, INSERT, UPDATE, DELETE'),
        ('analyst', 'TABLE', 'pendo.model_object', 'SELECT, INSERT, UPDATE, DELETE'),
        ('analyst', 'TABLE', 'pendo._default_pull', 'SELECT'),
        ('analyst', 'TABLE', 'pendo._default_crm_column', 'SELECT'),
        ('analyst', 'TABLE', 'pendo.crm_table', 'SELECT, INSERT, UPDATE, DELETE'),
        ('analyst', 'TABLE', 'pendo.signal_state', 'INSERT, UPDATE, DELETE'),
        ('analyst', 'TABLE', 'pendo.outbox', 'SELECT, INSERT'),
        ('analyst', 'SEQUENCE', 'pendo.outbox_item', 'USAGE'),
        ('analyst', 'SEQUENCE', 'pendo.outbox_turn', 'SELECT'),
        ('analyst', 'TABLE', 'pendo.delivery', 'SELECT'),
        ('analyst', 'FUNCTION', 'pendo._refuse_write()', 'EXECUTE'),
        ('analyst', 'TABLE', 'pendo.live_table', 'SELECT'),
        ('analyst', 'TABLE', 'pendo.live_column', 'SELECT'),
        ('analyst', 'TABLE', 'pendo.region', 'SELECT'),
        ('operator', 'TABLE', 'pendo.pause', 'INSERT, DELETE'),
        ('operator', 'FUNCTION', 'pendo.pause(name,text)', 'EXECUTE'),
        ('operator', 'FUNCTION', 'pendo._wake()', 'EXECUTE'),
        ('operator', 'FUNCTION', 'pendo._worker_state()', 'EXECUTE'),
        ('operator', 'TABLE', 'pendo.worker', 'SELECT'),
        ('operator', 'FUNCTION', 'pendo.resume(name)', 'EXECUTE'),
        ('admin', 'FOREIGN DATA WRAPPER', 'pendo_fdw', 'USAGE'),
        ('admin', 'FUNCTION', 'pendo.grant_access(regrole,text)', 'EXECUTE'),
        ('superuser', 'FUNCTION', 'pendo.create_roles()', 'EXECUTE'))
       AS v (kind, object_type, object, privileges);
REVOKE ALL ON pendo._default_access FROM PUBLIC;
COMMENT ON VIEW pendo._default_access IS 'what each kind of role may do';
COMMENT ON COLUMN pendo._default_access.kind IS
    'application, analyst, operator or admin; superuser: granted to nobody';
COMMENT ON COLUMN pendo._default_access.object_type IS 'kind of object, as in GRANT';
COMMENT ON COLUMN pendo._default_access.object IS 'the object';
COMMENT ON COLUMN pendo._default_access.privileges IS 'privileges, as in GRANT';
