-- Let a connection (NULL: all) rest, pulls and deliveries: what is under way ends its step, no
-- other begins.
-- Errors: there is no such connection.
CREATE FUNCTION pendo.pause(connection name DEFAULT NULL, reason text DEFAULT NULL)
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT pendo._check_connection(pause.connection) WHERE pause.connection IS NOT NULL;
  INSERT INTO pendo.pause (connection, reason)
  VALUES (pause.connection, pause.reason)
  ON CONFLICT (coalesce(connection, '')) DO NOTHING;
  SELECT pendo._wake();     -- so that workers leave at once
END;
REVOKE ALL ON FUNCTION pendo.pause(name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo.pause(name, text) IS
    'let a connection rest, or all of them: nothing is pulled or delivered';
