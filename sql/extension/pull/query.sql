-- The query that reads a pull's rows: those of a window, those changed since a
-- cursor, or all (both bounds NULL).  The very text decides what is fetched ahead
-- and what is adopted, so it is made in one place.
CREATE FUNCTION pendo._query(pull text, window_start timestamptz,
                             window_end timestamptz, cursor text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    p pendo.pull%ROWTYPE;
    source regclass := pendo._relation(pull, true);
    zone text;
    statement text;
BEGIN
    SELECT * INTO STRICT p FROM pendo.pull d WHERE d.name = pull;
    zone := pendo._zone(p.connection);
    statement := format('SELECT %s FROM %I.%I', pendo._column_list(p.columns),
                    p.source_schema, p.source_table);
    IF p.mode = 'by_window' THEN
        statement := statement || format(' WHERE %1$I >= %2$s AND %1$I < %3$s', p.time_column,
            pendo._time_bound(source, p.time_column, window_start, zone),
            pendo._time_bound(source, p.time_column, window_end, zone));
    ELSE
        -- What has no key is nothing that could be found again.
        statement := statement || (
            SELECT ' WHERE ' || string_agg(format('%I IS NOT NULL', k), ' AND ')
              FROM unnest(p.key_columns) k);
        IF cursor IS NOT NULL THEN
            statement := statement || format(' AND %I >= %s', p.time_column,
                pendo._time_bound(source, p.time_column, cursor::timestamptz, zone));
        END IF;
    END IF;
    RETURN statement;
END
$$;
REVOKE ALL ON FUNCTION pendo._query(text, timestamptz, timestamptz, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._query(text, timestamptz, timestamptz, text) IS
    'the query that reads a pull''s rows';
