-- Summaries that pulls keep: a table whose rows of a day are what a query says of the
-- local tables.  One row for each summary of a model; the table and the query are in
-- the model's schema.
CREATE TABLE pendo.summary (
    owner name NOT NULL DEFAULT current_user,
    schema_name name NOT NULL,
    table_name name NOT NULL,
    source_table name NOT NULL,
    query text NOT NULL,
    PRIMARY KEY (owner, schema_name, table_name)     -- nobody can take another's name
);
ALTER TABLE pendo.summary ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.summary
    USING (owner = current_user) WITH CHECK (owner = current_user);
REVOKE ALL ON pendo.summary FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.summary', '');
COMMENT ON TABLE pendo.summary IS 'tables that are kept as sums over local ones';
COMMENT ON COLUMN pendo.summary.owner IS 'role whose pulls keep it';
COMMENT ON COLUMN pendo.summary.schema_name IS 'schema of the summary and its source';
COMMENT ON COLUMN pendo.summary.table_name IS 'the summary; has a column day';
COMMENT ON COLUMN pendo.summary.source_table IS
    'local table whose windows it follows';
COMMENT ON COLUMN pendo.summary.query IS
    'its rows, with a column day; names are looked up in the schema';

-- Bring the summaries of a pull's table up to date for a range of days.
CREATE FUNCTION pendo._refresh_summaries(p pendo.pull, window_start timestamptz, window_end timestamptz)
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
                       'ON false) r, jsonb_object_keys(to_jsonb(r)) k', s.query) INTO names;
        PERFORM pendo._replace_rows(target,
            (SELECT array_agg(attname ORDER BY attnum) FROM pg_attribute
              WHERE attrelid = target AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
                AND attname = ANY (names)),
            condition, format('SELECT * FROM (%s) s WHERE %s', s.query, condition));
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION pendo._refresh_summaries(pendo.pull, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION pendo._refresh_summaries(pendo.pull, timestamptz, timestamptz) IS
    'bring the summaries of a pull''s table up to date';
