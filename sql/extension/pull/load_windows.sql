-- Load a batch by windows: its windows' rows become what the query gives.  A closed one
-- gets here where nothing told before whether it changed; if it did, it is open again.
CREATE FUNCTION pendo._load_windows(batch pendo._batch, p pendo.pull)
RETURNS pendo._changes
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    target regclass := pendo._relation(p.name, false);
    zone text := pendo._zone(p.connection);
    condition text;
    changes pendo._changes;
    is_settled boolean;
    before numeric[];
    after numeric[];
BEGIN
    PERFORM pendo._make_partitions(target, batch.window_start, batch.window_end, zone);
    condition := format('%1$I >= %2$s AND %1$I < %3$s', p.time_column,
        pendo._time_bound(target, p.time_column, batch.window_start, zone),
        pendo._time_bound(target, p.time_column, batch.window_end, zone));
    is_settled := EXISTS (SELECT FROM pendo.ledger l
                           WHERE l.pull = p.name AND l.window_start = ANY (batch.starts)
                             AND l.state = 'closed');
    IF is_settled THEN
        before := ARRAY(SELECT r.hash FROM pendo._window_rows(target, p, batch.starts, batch.window_end) r
                         ORDER BY r.window_start);
    END IF;
    changes := pendo._replace_rows(target, p.columns, condition, batch.query);
    IF is_settled AND changes.inserted + changes.deleted > 0 THEN
        after := ARRAY(SELECT r.hash FROM pendo._window_rows(target, p, batch.starts, batch.window_end) r
                        ORDER BY r.window_start);
        UPDATE pendo.ledger l
           SET state = 'open', closed_at = NULL, reopened = l.reopened + 1,
               reopened_at = batch.began_at
          FROM unnest(batch.starts, before, after) AS w (window_start, before, after)
         WHERE l.pull = p.name AND l.window_start = w.window_start AND l.state = 'closed'
           AND w.before <> w.after;
    END IF;
    IF cardinality(batch.starts) = 1 THEN
        UPDATE pendo.ledger l SET rows = changes.rows
         WHERE l.pull = p.name AND l.window_start = batch.window_start;
        RETURN changes;
    END IF;
    EXECUTE format($sql$
        UPDATE pendo.ledger l SET rows = coalesce(c.n, 0)
          FROM unnest($1) WITH ORDINALITY AS s (window_start, i)
          LEFT JOIN (SELECT width_bucket(%1$I, ARRAY[%2$s]) AS i, count(*) AS n
                       FROM %3$s WHERE %4$s GROUP BY 1) c USING (i)
         WHERE l.pull = $2 AND l.window_start = s.window_start
        $sql$, p.time_column,
        (SELECT string_agg(pendo._time_bound(target, p.time_column, s, zone), ', ' ORDER BY s)
           FROM unnest(batch.starts) s),
        target, condition)
      USING batch.starts, p.name;
    RETURN changes;
END
$$;
REVOKE ALL ON FUNCTION pendo._load_windows(pendo._batch, pendo.pull) FROM PUBLIC;
COMMENT ON FUNCTION pendo._load_windows(pendo._batch, pendo.pull) IS
    'load a batch of windows';
