-- Time zone in which a connection's days begin; UTC where the remote system
-- knows of none.
CREATE FUNCTION pendo._zone(connection name)
RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(
      (SELECT o.option_value
         FROM pg_foreign_server s, pg_options_to_table(s.srvoptions) o
        WHERE s.srvname = connection AND o.option_name = 'time_zone'), 'UTC');
END;
REVOKE ALL ON FUNCTION pendo._zone(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._zone(name) IS 'time zone in which a connection''s days begin';
