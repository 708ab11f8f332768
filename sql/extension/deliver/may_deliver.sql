-- May items be sent to a connection now?  If only for want of knowing where it leads they may
-- not, the request that asks is given.
CREATE FUNCTION pendo._may_deliver(connection name, OUT is_ok boolean, OUT request pendo._request)
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s pendo.connection_state%ROWTYPE;
    mark text;
    why text;
    hint text;
    state text;
BEGIN
    is_ok := false;
    IF pendo._is_paused(connection) OR pendo._connector(connection) IS NULL THEN
        RETURN;
    END IF;
    PERFORM pendo._note_home();
    SELECT * INTO s FROM pendo.connection_state c
     WHERE c.connection = _may_deliver.connection AND c.owner = current_user;
    IF s.open_until > clock_timestamp() OR NOT pendo._note_refusal(connection, NULL) THEN
        RETURN;
    END IF;
    BEGIN
        mark := pendo._credential_mark(connection);
    EXCEPTION WHEN OTHERS THEN  -- no mapping, no such file ...: other connections go on
        GET STACKED DIAGNOSTICS why = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT, state = RETURNED_SQLSTATE;
        PERFORM pendo._refuse(connection, why, coalesce(nullif(hint, ''), CASE state
            WHEN '42704' THEN format('CREATE USER MAPPING FOR %I SERVER %I OPTIONS (secret_file ...);', current_user, connection)
            WHEN '42501' THEN format('GRANT USAGE ON FOREIGN SERVER %I TO %I;', connection, current_user) END));
        RETURN;
    END;
    IF s.org IS NOT NULL AND s.checked_at > clock_timestamp() - interval '1 hour'
       AND s.credential = mark THEN
        is_ok := pendo._note_refusal(connection, s.org);
    ELSIF (s.checked_at IS NULL OR s.checked_at < clock_timestamp() - interval '1 minute'
           OR s.org IS NOT NULL OR s.credential IS DISTINCT FROM mark)
          AND NOT EXISTS (SELECT FROM pendo._in_flight() f
                           WHERE f.connection = _may_deliver.connection AND f.item IS NULL) THEN
        request := pendo._org_request(connection);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._may_deliver(name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._may_deliver(name) IS 'may items be sent to a connection now?';
