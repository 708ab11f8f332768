-- Note whether a connection answers.  After most_failures in a row without a useful answer it
-- rests (the circuit breaker): 5 seconds, then twice as long each time, 5 minutes at most;
-- then one batch tries again.
CREATE FUNCTION pendo._note_connection(connection name, failure text, most_failures integer DEFAULT 3)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF failure IS NULL THEN
        UPDATE pendo.connection_state s
           SET failures = 0, failing_since = NULL, open_until = NULL, failure = NULL
         WHERE s.connection = _note_connection.connection AND s.owner = current_user
           AND s.failures > 0;
        RETURN;
    END IF;
    INSERT INTO pendo.connection_state AS s (connection, failures, failing_since, failure)
    VALUES (_note_connection.connection, 1, clock_timestamp(), _note_connection.failure)
    ON CONFLICT ON CONSTRAINT connection_state_pkey DO UPDATE
       SET failures = s.failures + 1,
           failing_since = coalesce(s.failing_since, clock_timestamp()),
           failure = _note_connection.failure,
           open_until = CASE WHEN s.failures + 1 >= most_failures THEN
               clock_timestamp() + least(interval '5 seconds' * power(2, least(s.failures + 1 - most_failures, 20)),
                                         interval '5 minutes') * (0.75 + random() / 2) END;
END
$$;
REVOKE ALL ON FUNCTION pendo._note_connection(name, text, integer) FROM PUBLIC;
COMMENT ON FUNCTION pendo._note_connection(name, text, integer) IS 'note whether a connection answers';
