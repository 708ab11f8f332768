-- Models: which schema holds the local tables, summaries and views of which
-- connection.
CREATE TABLE pendo.model (
    connection name PRIMARY KEY,
    schema_name name NOT NULL UNIQUE,
    owner name NOT NULL DEFAULT current_user,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE pendo.model ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.model
    USING (owner = current_user) WITH CHECK (owner = current_user);
REVOKE ALL ON pendo.model FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.model', '');
COMMENT ON TABLE pendo.model IS 'schemas with the local tables, summaries and views of a connection';
COMMENT ON COLUMN pendo.model.connection IS 'server';
COMMENT ON COLUMN pendo.model.schema_name IS 'schema';
COMMENT ON COLUMN pendo.model.owner IS 'role that made it and whose pulls fill it';
COMMENT ON COLUMN pendo.model.created_at IS 'when';
