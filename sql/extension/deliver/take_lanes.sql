-- Take all lanes of a connection that nobody else works at, or ask for some; those that this
-- session has stay its own.  Out: the lanes, with the places up to which all is dealt with.
CREATE FUNCTION pendo._take_lanes(connection name)
RETURNS SETOF pendo.lane
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    began timestamptz := (SELECT b.backend_start FROM pendo._own_backend() b);
BEGIN
    IF NOT EXISTS (SELECT FROM pendo.lane l
                    WHERE l.connection = _take_lanes.connection AND l.owner = current_user) THEN
        PERFORM pendo._adopt_strangers(_take_lanes.connection);
    END IF;
    -- Two that look at once take nothing twice; and before any row is written, lest each waits
    -- for the other.
    LOCK TABLE pendo.lane IN SHARE ROW EXCLUSIVE MODE;
    INSERT INTO pendo.lane (connection, lane)
    SELECT _take_lanes.connection, n FROM generate_series(0, 15) n
     WHERE NOT EXISTS (SELECT FROM pendo.lane l
                        WHERE l.connection = _take_lanes.connection AND l.owner = current_user);
    -- Who held it may have come, or have been idle, when this transaction first saw who is there.
    PERFORM pg_stat_clear_snapshot();
    RETURN QUERY
        WITH holder AS MATERIALIZED (       -- sessions, of which there are few
            SELECT h.lease_pid, h.lease_backend_start
              FROM (SELECT DISTINCT o.lease_pid, o.lease_backend_start FROM pendo.lane o
                     WHERE o.connection = _take_lanes.connection AND o.lease_pid IS NOT NULL) h
             WHERE pendo._lane_is_held(h.lease_pid, h.lease_backend_start))
        UPDATE pendo.lane l
           SET lease_pid = pg_backend_pid(), lease_backend_start = began,
               leased_at = clock_timestamp()
         WHERE l.connection = _take_lanes.connection AND l.owner = current_user
           AND NOT EXISTS (SELECT FROM pendo.lane o JOIN holder USING (lease_pid, lease_backend_start)
                            WHERE o.connection = l.connection AND o.lane % 8 = l.lane % 8)
        RETURNING l.*;
    IF NOT FOUND THEN
        PERFORM pendo._ask_for_lanes(connection);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._take_lanes(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._take_lanes(name) IS 'take the lanes of a connection that nobody works at';
