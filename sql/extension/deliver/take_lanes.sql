-- Is a lane left?  Its session is gone, or nobody has had it for three seconds, in which who asked for
-- it would have come; and nobody is at its place for another owner.
CREATE FUNCTION pendo._lane_is_left(this pendo.lane)
RETURNS boolean
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE WHEN (this).lease_pid IS NULL
              THEN coalesce((this).leased_at < clock_timestamp() - interval '3 seconds', true)
              ELSE ((this).lease_pid, (this).lease_backend_start) IS DISTINCT FROM
                   (pg_backend_pid(), (SELECT b.backend_start FROM pendo._own_backend() b)) END
     AND NOT EXISTS (SELECT FROM pendo.lane o
                      WHERE o.connection = (this).connection AND o.lane % 8 = (this).lane % 8
                        AND pendo._lane_is_held(o.lease_pid, o.lease_backend_start));
END;
REVOKE ALL ON FUNCTION pendo._lane_is_left(pendo.lane) FROM PUBLIC;
COMMENT ON FUNCTION pendo._lane_is_left(pendo.lane) IS 'is a lane left by who had it?';

-- Take all lanes of a connection that nobody else works at, or ask for some; those that this
-- session has stay its own.  With only_left: besides those that it has, those that are left.  Out:
-- the lanes, with the places up to which all is dealt with.
CREATE FUNCTION pendo._take_lanes(connection name, only_left boolean DEFAULT false)
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
           AND (NOT only_left OR pendo._lane_is_left(l))
        RETURNING l.*;
    IF NOT FOUND AND NOT only_left THEN
        PERFORM pendo._ask_for_lanes(connection);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._take_lanes(name, boolean) FROM PUBLIC;
COMMENT ON FUNCTION pendo._take_lanes(name, boolean) IS 'take the lanes of a connection that nobody works at';

-- Lanes, with those of their connections that are left: else the items of a session that is gone
-- would wait until this one has nothing more to do.  To be called before any row of a lane is
-- written in a transaction; see above.
CREATE FUNCTION pendo._with_left_lanes(lanes pendo.lane[])
RETURNS pendo.lane[]
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    connection name;
BEGIN
    FOR connection IN
        SELECT DISTINCT l.connection FROM pendo.lane l
         WHERE l.owner = current_user AND l.connection IN (SELECT h.connection FROM unnest(lanes) h)
           AND pendo._lane_is_left(l)
    LOOP
        lanes := lanes || ARRAY(SELECT t::pendo.lane FROM pendo._take_lanes(connection, true) t);
    END LOOP;
    RETURN lanes;
END
$$;
REVOKE ALL ON FUNCTION pendo._with_left_lanes(pendo.lane[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._with_left_lanes(pendo.lane[]) IS 'lanes, with those that are left';
