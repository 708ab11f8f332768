-- Take up a connection's next items and hand their first requests on: signals first, who get
-- room for one request even where there is none; then pushes.
CREATE FUNCTION pendo._take_works(connection name, INOUT lanes pendo.lane[], OUT sent integer)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    size integer := pendo._batch_size(pendo._connector(connection));
    room integer := pendo._most_requests(connection) - (
        SELECT count(DISTINCT f.request) FROM pendo._in_flight() f
         WHERE f.connection = _take_works.connection);
    mine pendo.lane[];
    others pendo.lane[];
    class text;
    taken record;
    work jsonb;
BEGIN
    sent := 0;
    IF NOT EXISTS (SELECT FROM unnest(lanes) l WHERE l.connection = _take_works.connection) THEN
        lanes := coalesce(lanes, '{}') || ARRAY(SELECT t::pendo.lane FROM pendo._take_lanes(connection) t);
    END IF;
    FOREACH class IN ARRAY ARRAY['signal', 'push'] LOOP
        SELECT array_agg(l) FILTER (WHERE l.connection = _take_works.connection
                                      AND (l.lane >= 8) = (class = 'signal')),
               array_agg(l) FILTER (WHERE l.connection <> _take_works.connection
                                       OR (l.lane >= 8) <> (class = 'signal'))
          INTO mine, others
          FROM unnest(lanes) l;
        CONTINUE WHEN mine IS NULL OR class = 'push' AND room <= 0;
        taken := pendo._take_items(connection, class, greatest(room, 1) * size, mine);
        lanes := others || taken.lanes;
        FOREACH work IN ARRAY taken.works LOOP
            sent := sent + pendo._send(pendo._start_work(work));
            room := room - 1;
        END LOOP;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo._take_works(name, pendo.lane[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._take_works(name, pendo.lane[]) IS
    'take up a connection''s next items and hand them on';

-- Most requests under way to a connection at a time.
CREATE FUNCTION pendo._most_requests(connection name)
RETURNS integer
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(pendo._server_option(connection, 'max_requests')::integer, 4);
END;
REVOKE ALL ON FUNCTION pendo._most_requests(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._most_requests(name) IS 'most requests under way to a connection';
