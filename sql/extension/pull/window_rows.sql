-- What rows a table has in each of some windows that follow one another ("starts", the
-- last one until "last"): a sum of hashes, which is another if they are.
CREATE FUNCTION pendo._window_rows(target regclass, p pendo.pull, starts timestamptz[], last timestamptz)
RETURNS TABLE (window_start timestamptz, hash numeric)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    zone text := pendo._zone(p.connection);
    bounds text[] := ARRAY(SELECT pendo._time_bound(target, p.time_column, s, zone)
                             FROM unnest(starts) WITH ORDINALITY AS u (s, n) ORDER BY n);
BEGIN
    RETURN QUERY EXECUTE format($sql$
        SELECT s.window_start, coalesce(c.hash, 0)
          FROM unnest($1) WITH ORDINALITY AS s (window_start, i)
          LEFT JOIN (SELECT width_bucket(%1$I, ARRAY[%2$s]) AS i,
                            sum(hash_record_extended(ROW(%5$s), 1)::numeric) AS hash
                       FROM %3$s WHERE %1$I >= %6$s AND %1$I < %4$s GROUP BY 1) c USING (i)
        $sql$, p.time_column, array_to_string(bounds, ', '), target,
        pendo._time_bound(target, p.time_column, last, zone),
        (SELECT string_agg(pendo._hash_input(format('%I', a.attname), a.atttypid), ', ' ORDER BY a.attnum)
           FROM pg_attribute a WHERE a.attrelid = target AND a.attname = ANY (p.columns)), bounds[1])
      USING starts;
END
$$;
REVOKE ALL ON FUNCTION pendo._window_rows(regclass, pendo.pull, timestamptz[], timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION pendo._window_rows(regclass, pendo.pull, timestamptz[], timestamptz) IS
    'what rows a table has in each of some windows';
