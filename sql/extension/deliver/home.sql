-- The database that delivers.  It is in every dump and template copy, so that a copy on the
-- same server knows that it is one, while its original is there: both would send.  On
-- another server it says nothing, and is noted anew: pendo_fdw.environment tells there.
CREATE TABLE pendo.home (
    system bigint NOT NULL,
    database oid NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (system, database)
);
REVOKE ALL ON pendo.home FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.home', '');
COMMENT ON TABLE pendo.home IS 'the database that delivers: this one, or this is a copy of it';
COMMENT ON COLUMN pendo.home.system IS 'its server, by system identifier';
COMMENT ON COLUMN pendo.home.database IS 'its OID there';
COMMENT ON COLUMN pendo.home.noted_at IS 'when that was noted';

-- The database of this server that this one is a copy of; NULL: of none that is still there.
CREATE FUNCTION pendo._original()
RETURNS name
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT d.datname
    FROM pendo.home h
    JOIN pg_database d ON d.oid = h.database AND d.datname <> current_database()
   WHERE h.system = (SELECT c.system_identifier FROM pg_control_system() c);
END;
REVOKE ALL ON FUNCTION pendo._original() FROM PUBLIC;
COMMENT ON FUNCTION pendo._original() IS 'the database of this server that this one is a copy of';

-- This is the database that delivers, from now on.  For a copy whose original delivers no more.
CREATE FUNCTION pendo.deliver_here()
RETURNS void
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  DELETE FROM pendo.home;
  INSERT INTO pendo.home (system, database)
  SELECT c.system_identifier, d.oid
    FROM pg_control_system() c, pg_database d WHERE d.datname = current_database();
END;
REVOKE ALL ON FUNCTION pendo.deliver_here() FROM PUBLIC;
COMMENT ON FUNCTION pendo.deliver_here() IS 'let this database deliver, though it is a copy';

-- Note it, if nothing is known, or of another server or a database that is gone.
CREATE FUNCTION pendo._note_home()
RETURNS void
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT pendo.deliver_here()
   WHERE NOT EXISTS (SELECT FROM pendo.home h
                       JOIN pg_database d ON d.oid = h.database
                      WHERE h.system = (SELECT c.system_identifier FROM pg_control_system() c));
END;
REVOKE ALL ON FUNCTION pendo._note_home() FROM PUBLIC;
COMMENT ON FUNCTION pendo._note_home() IS 'note that this is the database that delivers';
