-- The database that delivers.  It is in every dump and every copy, so that a copy knows that it
-- is one: on the same server, where both would send, and after an upgrade of that server, which
-- gives it another identifier.
CREATE TABLE pendo.home (
    system bigint NOT NULL,
    database oid NOT NULL,
    name name NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (system, database)
);
REVOKE ALL ON pendo.home FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.home', '');
COMMENT ON TABLE pendo.home IS 'the database that delivers: this one, or this is a copy of it';
COMMENT ON COLUMN pendo.home.system IS 'its server, by system identifier';
COMMENT ON COLUMN pendo.home.database IS 'its OID there';
COMMENT ON COLUMN pendo.home.name IS 'its name';
COMMENT ON COLUMN pendo.home.noted_at IS 'when that was noted';

-- The database that this one is a copy of; NULL: of none.  One of the same name that is not there
-- itself has been restored in its original's place, or has come with its server's upgrade.
CREATE FUNCTION pendo._original()
RETURNS name
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(d.datname, h.name)
    FROM pendo.home h
   CROSS JOIN pg_control_system() c
    LEFT JOIN pg_database d ON d.oid = h.database AND h.system = c.system_identifier
   WHERE d.datname <> current_database() OR d.datname IS NULL AND h.name <> current_database();
END;
REVOKE ALL ON FUNCTION pendo._original() FROM PUBLIC;
COMMENT ON FUNCTION pendo._original() IS 'the database that this one is a copy of';

-- This is the database that delivers, from now on.  For a copy whose original delivers no more.
CREATE FUNCTION pendo.deliver_here()
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  DELETE FROM pendo.home;
  INSERT INTO pendo.home (system, database, name)
  SELECT c.system_identifier, d.oid, d.datname
    FROM pg_control_system() c, pg_database d WHERE d.datname = current_database()
  ON CONFLICT DO NOTHING;       -- another session was at it, too
END;
REVOKE ALL ON FUNCTION pendo.deliver_here() FROM PUBLIC;
COMMENT ON FUNCTION pendo.deliver_here() IS 'let this database deliver, though it is a copy';

-- Note it, if it is not known yet, or was known by another name or of another server.
CREATE FUNCTION pendo._note_home()
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT pendo.deliver_here()
   WHERE pendo._original() IS NULL
     AND NOT EXISTS (SELECT FROM pendo.home h
                       JOIN pg_database d ON d.oid = h.database AND d.datname = h.name
                      WHERE d.datname = current_database()
                        AND h.system = (SELECT c.system_identifier FROM pg_control_system() c));
END;
REVOKE ALL ON FUNCTION pendo._note_home() FROM PUBLIC;
COMMENT ON FUNCTION pendo._note_home() IS 'note that this is the database that delivers';
