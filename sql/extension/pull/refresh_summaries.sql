-- Bring the summaries of a pull's table, or one of them, up to date for a range of days.
CREATE FUNCTION pendo._refresh_summaries(p pendo.pull, window_start timestamptz, window_end timestamptz,
                                         only_table name DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    s pendo.summary%ROWTYPE;
    target regclass;
    names text[];
    condition text;
    zone text := pendo._zone(p.connection);
BEGIN
    FOR s IN
        SELECT * FROM pendo.summary d
         WHERE d.schema_name = p.target_schema AND d.source_table = p.target_table
           AND d.owner = p.owner
           AND (only_table IS NULL OR d.table_name = only_table)
         ORDER BY d.table_name
    LOOP
        target := to_regclass(format('%I.%I', s.schema_name, s.table_name));
        CONTINUE WHEN target IS NULL;
        condition := format('day >= %L::date AND day < %L::date',
                            (window_start AT TIME ZONE zone)::date,
                            (window_end AT TIME ZONE zone)::date);
        -- Of a row that is not read: the query's columns.  The table may have others,
        -- which are the team's.
        PERFORM pendo._enter_schema_of(target);
        EXECUTE format('SELECT array_agg(k) FROM (SELECT s.* FROM (VALUES (1)) v LEFT JOIN (%s) s '
                       'ON false) r, jsonb_object_keys(to_jsonb(r.*)) k', s.query) INTO names;
        PERFORM pendo._replace_rows(target,
            (SELECT array_agg(attname ORDER BY attnum) FROM pg_attribute
              WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
                AND attname = ANY (names)),
            condition, format('SELECT * FROM (%s) s WHERE %s', s.query, condition));
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo._refresh_summaries(pendo.pull, timestamptz, timestamptz, name) FROM PUBLIC;
COMMENT ON FUNCTION pendo._refresh_summaries(pendo.pull, timestamptz, timestamptz, name) IS
    'bring the summaries of a pull''s table up to date';
