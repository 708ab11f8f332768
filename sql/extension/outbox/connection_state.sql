-- What is known of a connection as one role reaches it: the organisation at its other
-- end, and whether it fails so often that it rests (the circuit breaker).
CREATE TABLE pendo.connection_state (
    connection name NOT NULL,
    owner name NOT NULL DEFAULT current_user,
    org text,
    credential text,
    checked_at timestamptz,
    refusal text,
    refusal_hint text,
    refused_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    failing_since timestamptz,
    open_until timestamptz,
    failure text,
    PRIMARY KEY (connection, owner)
);
ALTER TABLE pendo.connection_state ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.connection_state
    USING (owner = current_user) WITH CHECK (owner = current_user);
CREATE POLICY see ON pendo.connection_state FOR SELECT USING ((SELECT pendo._is_operator()));
REVOKE ALL ON pendo.connection_state FROM PUBLIC;
COMMENT ON TABLE pendo.connection_state IS
    'connections that items are delivered to: which organisation, and whether they rest';
COMMENT ON COLUMN pendo.connection_state.connection IS 'the connection';
COMMENT ON COLUMN pendo.connection_state.owner IS 'role that reaches it';
COMMENT ON COLUMN pendo.connection_state.org IS 'organisation at the other end, as it names itself';
COMMENT ON COLUMN pendo.connection_state.credential IS
    'mark of the credential that was asked with; tells nothing of it';
COMMENT ON COLUMN pendo.connection_state.checked_at IS 'when that was asked';
COMMENT ON COLUMN pendo.connection_state.refusal IS 'why nothing is delivered; NULL: it may be';
COMMENT ON COLUMN pendo.connection_state.refusal_hint IS 'what to do about it';
COMMENT ON COLUMN pendo.connection_state.refused_at IS 'when that was last found';
COMMENT ON COLUMN pendo.connection_state.failures IS 'requests in a row that had no useful answer';
COMMENT ON COLUMN pendo.connection_state.failing_since IS 'when the first of them failed';
COMMENT ON COLUMN pendo.connection_state.open_until IS 'nothing is sent before';
COMMENT ON COLUMN pendo.connection_state.failure IS 'what the last of them met';
