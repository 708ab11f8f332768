-- Connections that rest; NULL stands for all of them.
CREATE TABLE pendo.pause (
    connection name,
    reason text,
    paused_by name NOT NULL DEFAULT current_user,
    paused_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX pause_connection ON pendo.pause (coalesce(connection, ''));
-- For a publication of all tables: an expression is no identity.
ALTER TABLE pendo.pause REPLICA IDENTITY FULL;
REVOKE ALL ON pendo.pause FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.pause', '');
COMMENT ON TABLE pendo.pause IS 'what rests; see pendo.pause() and pendo.resume()';
COMMENT ON COLUMN pendo.pause.connection IS 'the connection; NULL: all';
COMMENT ON COLUMN pendo.pause.reason IS 'why';
COMMENT ON COLUMN pendo.pause.paused_by IS 'by whom';
COMMENT ON COLUMN pendo.pause.paused_at IS 'since when';
