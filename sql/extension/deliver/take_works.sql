-- Take up a connection's next items and hand their first requests on: signals first, who get
-- room for one request even where there is none; then pushes.  As many requests as may be
-- under way at a time are kept ready beside those, so that the next one goes the moment an
-- answer comes.  Some at a time: what is taken up is not sent before the next COMMIT.
CREATE FUNCTION pendo._take_works(destination pendo._destination, INOUT lanes pendo.lane[], OUT sent integer,
                                  most_works integer DEFAULT 8)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    most integer := destination.most_requests;
    room integer := 2 * most - pendo._requests_in_flight(destination.connection);
    mine pendo.lane[];
    others pendo.lane[];
    class text;
    taken record;
    work jsonb;
BEGIN
    sent := 0;
    IF NOT EXISTS (SELECT FROM unnest(lanes) l WHERE l.connection = destination.connection) THEN
        lanes := coalesce(lanes, '{}')
              || ARRAY(SELECT t::pendo.lane FROM pendo._take_lanes(destination.connection) t);
    END IF;
    FOREACH class IN ARRAY ARRAY['signal', 'push'] LOOP
        CONTINUE WHEN class = 'push' AND room < greatest(most / 2, 1);
        SELECT array_agg(l) FILTER (WHERE l.connection = destination.connection
                                      AND (l.lane >= 8) = (class = 'signal')),
               array_agg(l) FILTER (WHERE l.connection <> destination.connection
                                       OR (l.lane >= 8) <> (class = 'signal'))
          INTO mine, others
          FROM unnest(lanes) l;
        CONTINUE WHEN mine IS NULL;
        taken := pendo._take_items(destination, class,
                                   greatest(least(room, most_works), 1) * destination.batch_size, mine);
        lanes := others || taken.lanes;
        FOREACH work IN ARRAY taken.works LOOP
            sent := sent + pendo._send(pendo._start_work(work));
            room := room - 1;
            PERFORM pendo._progress();
        END LOOP;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo._take_works(pendo._destination, pendo.lane[], integer) FROM PUBLIC;
COMMENT ON FUNCTION pendo._take_works(pendo._destination, pendo.lane[], integer) IS
    'take up a connection''s next items and hand them on';
