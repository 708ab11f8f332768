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

-- Let a connection's pulls (NULL: all) rest: what is under way ends its step, no
-- other begins.
CREATE FUNCTION pendo.pause(connection name DEFAULT NULL, reason text DEFAULT NULL)
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  INSERT INTO pendo.pause (connection, reason)
  VALUES (pause.connection, pause.reason)
  ON CONFLICT (coalesce(connection, '')) DO NOTHING;
  SELECT pendo._wake();     -- so that workers leave at once
END;
REVOKE ALL ON FUNCTION pendo.pause(name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.pause(name, text) IS
    'let a connection''s pulls rest, or all of them';

-- End a pause; returns whether there was one.
CREATE FUNCTION pendo.resume(connection name DEFAULT NULL)
RETURNS boolean
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  WITH ended AS (
    DELETE FROM pendo.pause p
     WHERE p.connection IS NOT DISTINCT FROM resume.connection
     RETURNING pendo._wake())
  SELECT count(*) > 0 FROM ended;
END;
REVOKE ALL ON FUNCTION pendo.resume(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo.resume(name) IS 'end a pause';

-- Does a connection rest?
CREATE FUNCTION pendo._is_paused(connection name)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(current_setting('pendo_fdw.paused', true)::boolean, false)
      OR EXISTS (SELECT FROM pendo.pause p
                  WHERE p.connection IS NULL
                     OR p.connection = _is_paused.connection);
END;
REVOKE ALL ON FUNCTION pendo._is_paused(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._is_paused(name) IS 'does a connection rest?';
