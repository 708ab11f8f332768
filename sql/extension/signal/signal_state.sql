-- What is known of the signals of each model: when they were last looked for, which wait
-- for a person, which flows fail.  For pendo.problem, which cannot look into the schemas of
-- others.  Not dumped: the next run tells it again.
CREATE TABLE pendo.signal_state (
    owner name NOT NULL DEFAULT current_user,
    schema_name name NOT NULL,
    subject text NOT NULL CHECK (subject IN ('detection', 'held', 'flow')),
    name text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    signals bigint,
    failure text,
    PRIMARY KEY (owner, schema_name, subject, name)
);
ALTER TABLE pendo.signal_state ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.signal_state
    USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY see ON pendo.signal_state FOR SELECT
    USING (pendo._may_see(schema_name, 'signal'));
REVOKE ALL ON pendo.signal_state FROM PUBLIC;
COMMENT ON TABLE pendo.signal_state IS 'when signals were looked for, and what of them waits or fails';
COMMENT ON COLUMN pendo.signal_state.owner IS 'role whose model it is';
COMMENT ON COLUMN pendo.signal_state.schema_name IS 'schema of the model';
COMMENT ON COLUMN pendo.signal_state.subject IS
    'detection: when it was last done; held: a kind that waits for a person; flow: one that fails';
COMMENT ON COLUMN pendo.signal_state.name IS 'the kind, or the flow';
COMMENT ON COLUMN pendo.signal_state.at IS 'when that was last so';
COMMENT ON COLUMN pendo.signal_state.since IS 'since when';
COMMENT ON COLUMN pendo.signal_state.signals IS 'of held: how many';
COMMENT ON COLUMN pendo.signal_state.failure IS 'why it fails; NULL: it does not';
