-- Note why nothing is delivered to a connection.
CREATE FUNCTION pendo._refuse(connection name, refusal text, hint text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO pendo.connection_state AS s (connection, refusal, refusal_hint, refused_at)
    VALUES (_refuse.connection, _refuse.refusal, nullif(hint, ''), clock_timestamp())
    ON CONFLICT ON CONSTRAINT connection_state_pkey DO UPDATE
       SET refusal = excluded.refusal, refusal_hint = excluded.refusal_hint,
           refused_at = excluded.refused_at;
END
$$;
REVOKE ALL ON FUNCTION pendo._refuse(name, text, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._refuse(name, text, text) IS 'note why nothing is delivered to a connection';

-- Note why nothing may be delivered to a connection, or that it may: then true.
CREATE FUNCTION pendo._note_refusal(connection name, org text)
RETURNS boolean
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    r record := pendo._refusal(connection, org);
BEGIN
    IF r.refusal IS NOT NULL THEN
        PERFORM pendo._refuse(connection, r.refusal, r.hint);
    ELSIF org IS NOT NULL THEN
        UPDATE pendo.connection_state s SET refusal = NULL, refusal_hint = NULL
         WHERE s.connection = _note_refusal.connection AND s.owner = current_user
           AND s.refusal IS NOT NULL;
    END IF;
    RETURN r.refusal IS NULL;
END
$$;
REVOKE ALL ON FUNCTION pendo._note_refusal(name, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._note_refusal(name, text) IS
    'note why nothing may be delivered to a connection, or that it may';
