-- Make the partitions for the months that a range of time touches, if the table is
-- partitioned by time.  Months of points in time are those of UTC, so that neither a gap
-- nor an overlap is left between partitions when the connection's zone changes.  Where
-- the team has made partitions of its own, there are none of ours.
CREATE FUNCTION pendo._make_partitions(target regclass, first timestamptz, last timestamptz, zone text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, YMD'
AS $$
DECLARE
    month date;
    parent record;
    partition text;
    is_date boolean;
    month_zone text;
BEGIN
    SELECT n.nspname, c.relname, t.atttypid INTO parent
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_partitioned_table k ON k.partrelid = c.oid
      JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum = k.partattrs[0]
     WHERE c.oid = target AND k.partstrat = 'r' AND k.partnatts = 1
       AND t.atttypid IN ('date'::regtype, 'timestamptz'::regtype);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    is_date := parent.atttypid = 'date'::regtype;
    month_zone := CASE WHEN is_date THEN zone ELSE 'UTC' END;
    FOR month IN
        SELECT generate_series(date_trunc('month', first AT TIME ZONE month_zone),
                               (last - interval '1 microsecond') AT TIME ZONE month_zone,
                               '1 month')::date
    LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pendo._month_partition(target) m WHERE m.month_start = month);
        -- another session may be making it
        EXECUTE format('LOCK TABLE ONLY %I.%I IN SHARE UPDATE EXCLUSIVE MODE',
                       parent.nspname, parent.relname);
        CONTINUE WHEN EXISTS (SELECT FROM pendo._month_partition(target) m WHERE m.month_start = month);
        partition := CASE WHEN octet_length(parent.relname::text) <= 55 THEN parent.relname
                          ELSE left(parent.relname, 11) || '_' || left(md5(parent.relname), 8) END
                     || to_char(month, '_YYYY_MM');
        -- the newest days change each hour, old ones do not: little that is dead is worth
        -- a vacuum, of small tables, too, else the space of a day is not there for the next
        BEGIN
            EXECUTE format('CREATE TABLE %I.%I PARTITION OF %I.%I FOR VALUES FROM (%L) TO (%L) '
                           'WITH (autovacuum_vacuum_scale_factor = 0.03, '
                           'autovacuum_vacuum_threshold = 10)',
                parent.nspname, partition, parent.nspname, parent.relname,
                CASE WHEN is_date THEN month::text
                     ELSE (month::timestamp AT TIME ZONE month_zone)::text END,
                CASE WHEN is_date THEN (month + interval '1 month')::date::text
                     ELSE ((month + interval '1 month') AT TIME ZONE month_zone)::text END);
            EXECUTE format('ALTER TABLE %I.%I REPLICA IDENTITY FULL', parent.nspname, partition);
        EXCEPTION WHEN invalid_object_definition THEN
            CONTINUE;           -- it would overlap one of the team's
        END;
        EXECUTE format('COMMENT ON TABLE %I.%I IS %L', parent.nspname, partition,
                       format('%s of %s', coalesce(obj_description(target, 'pg_class'), parent.relname),
                              to_char(month, 'YYYY-MM')));
        PERFORM pendo._copy_comments(target, format('%I.%I', parent.nspname, partition)::regclass);
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo._make_partitions(regclass, timestamptz, timestamptz, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._make_partitions(regclass, timestamptz, timestamptz, text) IS
    'make the partitions for the months that a range of time touches';
