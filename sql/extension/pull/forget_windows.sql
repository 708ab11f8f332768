-- Forget a pull's windows before a point in time, and their rows: whole partitions
-- are dropped, the rest is deleted.  Summaries keep those days: they are made for
-- history, and small.  None is made again of what is left of a day, because only days
-- that have a window are summed up, and those are here as a whole.
CREATE FUNCTION pendo._forget_windows(pull text, before timestamptz)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.pull%ROWTYPE;
    target regclass := pendo._relation(pull, false);
    zone text;
    bound text;
    first_kept date;
    partition record;
BEGIN
    DELETE FROM pendo.ledger l
     WHERE l.pull = _forget_windows.pull AND l.window_end <= before;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT * INTO STRICT p FROM pendo.pull d WHERE d.name = pull;
    zone := pendo._zone(p.connection);
    bound := pendo._time_bound(target, p.time_column, before, zone);
    -- Months of points in time are those of UTC.
    SELECT (before AT TIME ZONE CASE WHEN a.atttypid = 'date'::regtype THEN zone ELSE 'UTC' END)::date
      INTO first_kept
      FROM pg_attribute a WHERE a.attrelid = target AND a.attname = p.time_column;
    FOR partition IN SELECT * FROM pendo._month_partition(target) m WHERE m.month_end <= first_kept LOOP
        EXECUTE format('DROP TABLE %s', partition.relation);
    END LOOP;
    EXECUTE format('DELETE FROM %s WHERE %I < %s', target, p.time_column, bound);
END
$$;
REVOKE ALL ON FUNCTION pendo._forget_windows(text, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION pendo._forget_windows(text, timestamptz) IS
    'forget a pull''s windows before a point in time, and their rows';
