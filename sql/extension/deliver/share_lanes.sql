-- Several sessions that deliver to a connection share its lanes: who has none, and finds a
-- backlog, asks who has most of them for half; who is asked takes up nothing more of those, and
-- gives them once what is under way has been dealt with.

-- Ask for lanes of a connection, if that many items are behind what was dealt with.
CREATE FUNCTION pendo._ask_for_lanes(connection name, backlog integer DEFAULT 2000)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (SELECT count(*) < backlog
          FROM (SELECT FROM pendo.outbox o
                 WHERE o.connection = _ask_for_lanes.connection AND o.owner = current_user AND o.class::text = 'push'
                   AND (o.xid, o.item) > (SELECT l.xid, l.item FROM pendo.lane l
                                           WHERE l.connection = _ask_for_lanes.connection AND l.owner = current_user
                                             AND l.lane < 8
                                           ORDER BY l.xid, l.item LIMIT 1)
                 LIMIT backlog) b) THEN
        RETURN;
    END IF;
    UPDATE pendo.lane l SET wanted_at = clock_timestamp()
      FROM (SELECT o.lease_pid, array_agg(DISTINCT o.lane % 8 ORDER BY o.lane % 8) AS places
              FROM pendo.lane o
             WHERE o.connection = _ask_for_lanes.connection AND o.owner = current_user AND o.lease_pid IS NOT NULL
             GROUP BY o.lease_pid ORDER BY count(*) DESC, o.lease_pid LIMIT 1) h
     WHERE l.connection = _ask_for_lanes.connection AND l.owner = current_user AND l.lease_pid = h.lease_pid
       AND coalesce(l.wanted_at < clock_timestamp() - interval '1 second', true)
       AND l.lane % 8 = ANY (h.places[(cardinality(h.places) + 1) / 2 + 1:]);
END
$$;
REVOKE ALL ON FUNCTION pendo._ask_for_lanes(name, integer) FROM PUBLIC;
COMMENT ON FUNCTION pendo._ask_for_lanes(name, integer) IS 'ask for lanes of a connection';

-- Does this session wait for lanes that it asked for?  In: those that it has; the connection that
-- it delivers to (NULL: all).
CREATE FUNCTION pendo._awaits_lanes(lanes pendo.lane[], wanted name)
RETURNS boolean
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT EXISTS (SELECT FROM pendo.lane l
                  WHERE l.owner = current_user AND l.connection = coalesce(wanted, l.connection)
                    AND l.wanted_at > clock_timestamp() - interval '3 seconds'
                    AND NOT EXISTS (SELECT FROM unnest(lanes) n WHERE n.connection = l.connection));
END;
REVOKE ALL ON FUNCTION pendo._awaits_lanes(pendo.lane[], name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._awaits_lanes(pendo.lane[], name) IS 'does this session wait for lanes?';

-- Part with lanes that another session asks for.  Out: those that are left, and those to be given.
CREATE FUNCTION pendo._part_with_lanes(INOUT lanes pendo.lane[], OUT leaving pendo.lane[])
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(array_agg(n) FILTER (WHERE l.lane IS NULL), '{}'), array_agg(n) FILTER (WHERE l.lane IS NOT NULL)
    FROM unnest(lanes) n
    LEFT JOIN pendo.lane l ON l.connection = n.connection AND l.owner = n.owner AND l.lane = n.lane
                          AND l.wanted_at > clock_timestamp() - interval '3 seconds';
END;
REVOKE ALL ON FUNCTION pendo._part_with_lanes(pendo.lane[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._part_with_lanes(pendo.lane[]) IS 'part with lanes that another session asks for';
