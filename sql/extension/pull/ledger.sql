-- The ledger: one row for each window of a pull.  It is the work queue and the
-- proof of completeness.  Pulls that are not cut into windows have one row,
-- from -infinity to infinity.
--
--   pending --load--> open --load after the settle horizon--> closed
--                      ^                                        |
--                      +---- its fingerprint or rows changed ---+
--
-- A window is worked on by who holds its lease.  A lease names a backend, and
-- ends with it, so that none outlives a crash.
CREATE TABLE pendo.ledger (
    pull text NOT NULL,
    window_start timestamptz NOT NULL,
    window_end timestamptz NOT NULL CHECK (window_end > window_start),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'open', 'closed')),
    due_at timestamptz NOT NULL DEFAULT now(),
    rows bigint,
    fingerprint text,
    cursor text,
    loaded_at timestamptz,
    checked_at timestamptz,
    read_at timestamptz,
    full_at timestamptz,
    closed_at timestamptz,
    reopened_at timestamptz,
    reopened integer NOT NULL DEFAULT 0,
    attempts integer NOT NULL DEFAULT 0,
    failure text,
    failure_state text,
    failed_at timestamptz,
    lease_pid integer,
    lease_backend_start timestamptz,
    leased_at timestamptz,
    vanished_allowed bigint,
    PRIMARY KEY (pull, window_start)
);
CREATE INDEX ledger_due ON pendo.ledger (pull, due_at);
ALTER TABLE pendo.ledger ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.ledger
    USING (EXISTS (SELECT FROM pendo.pull p WHERE p.name = pull AND p.owner = current_user));
CREATE POLICY see ON pendo.ledger FOR SELECT
    USING (EXISTS (SELECT FROM pendo.pull p WHERE p.name = pull));
REVOKE ALL ON pendo.ledger FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.ledger', '');
COMMENT ON TABLE pendo.ledger IS 'windows of the pulls: what was loaded, what is due';
COMMENT ON COLUMN pendo.ledger.pull IS 'the pull';
COMMENT ON COLUMN pendo.ledger.window_start IS 'beginning of the window';
COMMENT ON COLUMN pendo.ledger.window_end IS 'its end, exclusive';
COMMENT ON COLUMN pendo.ledger.state IS
    'pending: never loaded; open: loaded, may change; closed: settled';
COMMENT ON COLUMN pendo.ledger.due_at IS 'when it is to be loaded; infinity: not any more';
COMMENT ON COLUMN pendo.ledger.rows IS 'rows at the last load';
COMMENT ON COLUMN pendo.ledger.fingerprint IS
    'what Pendo said of the window before the last load; equal: nothing changed';
COMMENT ON COLUMN pendo.ledger.cursor IS 'changes: the last change that was seen';
COMMENT ON COLUMN pendo.ledger.loaded_at IS 'when it was last loaded';
COMMENT ON COLUMN pendo.ledger.checked_at IS 'when it was last known to be as at Pendo';
COMMENT ON COLUMN pendo.ledger.read_at IS 'when Pendo was asked for what is here';
COMMENT ON COLUMN pendo.ledger.full_at IS 'changes, full: when everything was last compared';
COMMENT ON COLUMN pendo.ledger.closed_at IS 'when it settled';
COMMENT ON COLUMN pendo.ledger.reopened_at IS 'when it last changed after it had settled';
COMMENT ON COLUMN pendo.ledger.reopened IS 'how often it did';
COMMENT ON COLUMN pendo.ledger.attempts IS 'loads begun since the last that succeeded';
COMMENT ON COLUMN pendo.ledger.failure IS 'why the last load failed; NULL: it did not';
COMMENT ON COLUMN pendo.ledger.failure_state IS 'its SQLSTATE';
COMMENT ON COLUMN pendo.ledger.failed_at IS 'when it failed';
COMMENT ON COLUMN pendo.ledger.lease_pid IS 'backend that works on it';
COMMENT ON COLUMN pendo.ledger.lease_backend_start IS 'when that backend began';
COMMENT ON COLUMN pendo.ledger.leased_at IS 'since when';
COMMENT ON COLUMN pendo.ledger.vanished_allowed IS
    'rows that may vanish at the next comparison, by pendo.allow_vanished()';
