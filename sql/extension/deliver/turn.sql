-- One turn of a delivery: the answers that came are dealt with, and the next items taken up,
-- of all connections of the current role that have some (or of "wanted"), as far as there is
-- room.  In: what the session keeps from turn to turn, which is the lanes that it holds and
-- where it may deliver to, with the time of that knowledge (NULL: look anew).  Out: how many
-- requests were handed on to be sent, and how many withdrawn.
CREATE FUNCTION pendo._turn(wanted name, answers pendo._answer[], INOUT lanes pendo.lane[],
                            INOUT destinations pendo._destination[], INOUT looked_at timestamptz,
                            OUT sent integer, OUT withdrawn integer)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET jit = off       -- many small statements, whose costs look large
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    answer pendo._answer;
    destination pendo._destination;
    around record;
    taken record;
BEGIN
    sent := 0;
    FOREACH answer IN ARRAY coalesce(answers, '{}') LOOP
        sent := sent + pendo._send(pendo._handle_answer(answer));
        IF answer.status NOT BETWEEN 200 AND 299 OR answer.work ? 'kind' THEN
            looked_at := NULL;
        END IF;
        PERFORM pendo._progress();
    END LOOP;
    IF NOT pendo._may_go_on() THEN
        withdrawn := pendo._withdraw(NULL);
        lanes := pendo._kept_lanes(lanes, NULL);
        RETURN;
    END IF;
    withdrawn := 0;
    IF coalesce(looked_at < clock_timestamp() - interval '100 ms', true) THEN
        around := pendo._look_around(wanted);
        destinations := around.destinations;
        looked_at := CASE WHEN around.is_all THEN clock_timestamp() END;
        sent := sent + around.sent;
        withdrawn := around.withdrawn;
    END IF;
    IF withdrawn > 0 THEN
        lanes := pendo._kept_lanes(lanes, destinations);
    END IF;
    FOREACH destination IN ARRAY destinations LOOP
        taken := pendo._take_works(destination, lanes);
        lanes := taken.lanes;
        sent := sent + taken.sent;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo._turn(name, pendo._answer[], pendo.lane[], pendo._destination[], timestamptz)
    FROM PUBLIC;
COMMENT ON FUNCTION pendo._turn(name, pendo._answer[], pendo.lane[], pendo._destination[], timestamptz) IS
    'one turn of a delivery';
