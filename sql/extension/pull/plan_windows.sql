-- Bring a pull's ledger up to date: windows for the days that have come, none for
-- those that are kept no longer.  If days begin at other times by now, because the
-- connection's time zone changed, all windows are new, and every day is read again.
CREATE FUNCTION pendo._plan_windows(pull text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.pull%ROWTYPE;
    zone text;
    first_day date;
    last_day date;
    last_shifted date;
BEGIN
    -- Nobody drops it before its windows are committed.
    SELECT * INTO p FROM pendo.pull d WHERE d.name = pull FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN;                 -- dropped meanwhile
    END IF;
    IF NOT EXISTS (SELECT FROM pg_foreign_server s WHERE s.srvname = p.connection) THEN
        -- Without it there is no time zone to cut windows in.
        RAISE object_not_in_prerequisite_state USING
            MESSAGE = format('connection "%s" of pull "%s" does not exist', p.connection, p.name),
            HINT = 'If it was renamed, pendo.problem has the statement that helps; if it is '
                   'gone, define the pull again with another source, or drop it.';
    END IF;
    IF p.mode <> 'by_window' THEN
        INSERT INTO pendo.ledger (pull, window_start, window_end)
        VALUES (p.name, '-infinity', 'infinity')
        ON CONFLICT DO NOTHING;
        RETURN;
    END IF;
    zone := pendo._zone(p.connection);
    first_day := greatest(p.since, ((now() - p.keep_for) AT TIME ZONE zone)::date);
    last_shifted := pendo._forget_shifted(p.name, zone);
    -- A day may have begun in the other zone that has not in this one: its window finds
    -- nothing at Pendo, and so takes rows and summaries of it away.
    last_day := greatest((now() AT TIME ZONE zone)::date, last_shifted);
    INSERT INTO pendo.ledger (pull, window_start, window_end)
    SELECT p.name, d::timestamp AT TIME ZONE zone,
           (d::date + 1)::timestamp AT TIME ZONE zone
      FROM generate_series(first_day::timestamp, last_day::timestamp, '1 day') d
    ON CONFLICT DO NOTHING;
    IF last_shifted IS NOT NULL THEN
        PERFORM pendo._say_whose_model(m.connection, m.schema_name) FROM pendo.model m
         WHERE m.connection = p.connection AND m.schema_name = p.target_schema;
    END IF;
    IF p.keep_for IS NOT NULL THEN
        PERFORM pendo._forget_windows(p.name, first_day::timestamp AT TIME ZONE zone);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._plan_windows(text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._plan_windows(text) IS
    'bring a pull''s ledger up to date with the calendar';
