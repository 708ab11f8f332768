-- Forget a pull's windows before a point in time, and their rows: whole partitions
-- are dropped, the rest is deleted.
CREATE FUNCTION pendo._forget_windows(pull text, before timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.pull%ROWTYPE;
    target regclass := pendo._relation(pull, false);
    bound text;
    partition record;
BEGIN
    DELETE FROM pendo.ledger l
     WHERE l.pull = _forget_windows.pull AND l.window_end <= before;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT * INTO STRICT p FROM pendo.pull d WHERE d.name = pull;
    bound := pendo._time_bound(target, p.time_column, before, pendo._zone(p.connection));
    FOR partition IN SELECT * FROM pendo._month_partition(target) LOOP
        IF partition.month_end <= (before AT TIME ZONE pendo._zone(p.connection))::date THEN
            EXECUTE format('DROP TABLE %s', partition.relation);
        END IF;
    END LOOP;
    EXECUTE format('DELETE FROM %s WHERE %I < %s', target, p.time_column, bound);
END
$$;
REVOKE ALL ON FUNCTION pendo._forget_windows(text, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION pendo._forget_windows(text, timestamptz) IS
    'forget a pull''s windows before a point in time, and their rows';
