-- One turn of a delivery: the answers that came are dealt with, and the next items taken up,
-- of all connections of the current role that have some (or of "wanted"), as far as there is
-- room.  In: the lanes that this session holds, moved on at each turn.  Out: how many requests
-- were handed on to be sent.
CREATE FUNCTION pendo._turn(wanted name, answers pendo._answer[], INOUT lanes pendo.lane[], OUT sent integer)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
SET jit = off       -- many small statements, whose costs look large
AS $$
DECLARE
    answer pendo._answer;
    requests pendo._request[] := '{}';
    connection name;
    may record;
    taken record;
BEGIN
    FOREACH answer IN ARRAY coalesce(answers, '{}') LOOP
        requests := requests || pendo._handle_answer(answer);
    END LOOP;
    sent := pendo._send(requests);
    IF NOT pendo._may_go_on() THEN
        PERFORM pendo._put_aside(pendo._withdraw(NULL));
        RETURN;
    END IF;
    FOR connection IN
        SELECT c.connection FROM pendo._outbox_connection() c
         WHERE c.owner = current_user AND c.connection = coalesce(wanted, c.connection)
    LOOP
        may := pendo._may_deliver(connection);
        IF NOT may.is_ok THEN
            IF NOT may.request IS NULL THEN  -- some of its members are
                sent := sent + pendo._send(ARRAY[may.request]);
            END IF;
            PERFORM pendo._put_aside(pendo._withdraw(connection));
            CONTINUE;
        END IF;
        taken := pendo._take_works(connection, lanes);
        lanes := taken.lanes;
        sent := sent + taken.sent;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo._turn(name, pendo._answer[], pendo.lane[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._turn(name, pendo._answer[], pendo.lane[]) IS 'one turn of a delivery';
