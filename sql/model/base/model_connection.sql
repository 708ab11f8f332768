-- Whose model this is, and the zone in which its days begin.  create_model
-- replaces it with the connection's own; on its own it takes the session's zone.
CREATE VIEW model_connection WITH (security_invoker = true) AS
SELECT NULL::name AS connection,
       current_setting('TimeZone') AS time_zone;
REVOKE ALL ON model_connection FROM PUBLIC;
COMMENT ON VIEW model_connection IS
    'the Pendo connection of this model; one row';
COMMENT ON COLUMN model_connection.connection IS 'server of the live tables';
COMMENT ON COLUMN model_connection.time_zone IS
    'time zone of the subscription, in which its days begin';
