-- Which connections have items of the current role (or "wanted" alone), and may be delivered
-- to now?  Where that is not known yet, it is asked for; what was to be sent to one that may
-- not, is withdrawn.  Out: those that may; whether others may not; how many requests were
-- handed on to be sent, and those withdrawn.
CREATE FUNCTION pendo._look_around(wanted name, OUT destinations pendo._destination[], OUT is_all boolean,
                                   OUT sent integer, OUT withdrawn integer)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    connection name;
    may record;
BEGIN
    destinations := '{}';
    is_all := true;
    sent := 0;
    withdrawn := 0;
    FOR connection IN
        SELECT c.connection FROM pendo._outbox_connection() c
         WHERE c.owner = current_user AND c.connection = coalesce(wanted, c.connection)
    LOOP
        may := pendo._may_deliver(connection);
        is_all := is_all AND may.is_ok;
        IF may.is_ok THEN
            destinations := destinations || pendo._destination_of(connection);
        ELSE
            withdrawn := withdrawn + pendo._withdraw(connection);
            IF NOT may.request IS NULL THEN  -- some of its members are
                sent := sent + pendo._send(ARRAY[may.request]);
            END IF;
        END IF;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo._look_around(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._look_around(name) IS 'which connections may be delivered to now?';
