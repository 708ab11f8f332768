-- The log of runs: one row for each run of a pull that had work to do.
CREATE TABLE pendo.run (
    id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    pull text NOT NULL,
    owner name NOT NULL DEFAULT current_user,
    pid integer NOT NULL DEFAULT pg_backend_pid(),
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    windows integer NOT NULL DEFAULT 0,
    requests bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    rows bigint NOT NULL DEFAULT 0,
    inserted bigint NOT NULL DEFAULT 0,
    updated bigint NOT NULL DEFAULT 0,
    deleted bigint NOT NULL DEFAULT 0,
    failed_windows integer NOT NULL DEFAULT 0,
    failure text,
    failure_state text
);
CREATE INDEX run_pull ON pendo.run (pull, started_at);
CREATE INDEX run_started ON pendo.run (started_at);
ALTER TABLE pendo.run ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.run
    USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY see ON pendo.run FOR SELECT
    USING (EXISTS (SELECT FROM pendo.pull p WHERE p.name = pull));
REVOKE ALL ON pendo.run FROM PUBLIC;
COMMENT ON TABLE pendo.run IS
    'runs of pulls that had work to do; kept as long as pendo_fdw.log_retention says';
COMMENT ON SEQUENCE pendo.run_id_seq IS 'numbers of runs';
COMMENT ON COLUMN pendo.run.id IS 'number';
COMMENT ON COLUMN pendo.run.pull IS 'the pull';
COMMENT ON COLUMN pendo.run.owner IS 'role that it ran as';
COMMENT ON COLUMN pendo.run.pid IS 'backend that ran it';
COMMENT ON COLUMN pendo.run.started_at IS 'when it began';
COMMENT ON COLUMN pendo.run.ended_at IS 'when it ended; NULL: it runs, or its backend died';
COMMENT ON COLUMN pendo.run.windows IS 'windows loaded';
COMMENT ON COLUMN pendo.run.requests IS 'requests sent';
COMMENT ON COLUMN pendo.run.bytes IS 'bytes received';
COMMENT ON COLUMN pendo.run.rows IS 'rows compared';
COMMENT ON COLUMN pendo.run.inserted IS 'rows inserted';
COMMENT ON COLUMN pendo.run.updated IS 'rows updated';
COMMENT ON COLUMN pendo.run.deleted IS 'rows deleted, or marked as deleted';
COMMENT ON COLUMN pendo.run.failed_windows IS 'windows that failed';
COMMENT ON COLUMN pendo.run.failure IS 'the last failure''s message';
COMMENT ON COLUMN pendo.run.failure_state IS 'its SQLSTATE';
