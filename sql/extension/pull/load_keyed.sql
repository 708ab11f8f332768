-- Load a batch by key: changes or everything.
CREATE FUNCTION pendo._load_keyed(batch pendo._batch, p pendo.pull)
RETURNS pendo._changes
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    target regclass := pendo._relation(p.name, false);
    changes pendo._changes;
    allowed bigint;
    last_change text;
BEGIN
    SELECT l.vanished_allowed INTO allowed FROM pendo.ledger l
     WHERE l.pull = p.name AND l.window_start = '-infinity';
    changes := pendo._merge_rows(target, p.columns, p.key_columns, batch.query, batch.is_full,
                                 p.vanished, p.max_vanished, allowed);
    IF p.mode = 'changes' THEN
        -- As JSON has it, because sessions have date styles of their own.  A time that is
        -- yet to come would hide all changes until then.
        EXECUTE format('SELECT to_jsonb(least(max(%1$I)::timestamptz, $1) - interval ''5 minutes'') '
                       '#>> ''{}'' FROM %2$s HAVING max(%1$I) IS NOT NULL', p.time_column, target)
           INTO last_change USING batch.began_at;
    END IF;
    UPDATE pendo.ledger l
       SET rows = CASE WHEN batch.is_full THEN changes.rows ELSE l.rows + changes.inserted END,
           cursor = last_change,
           full_at = CASE WHEN batch.is_full AND l.due_at <= batch.began_at THEN batch.began_at
                          WHEN NOT batch.is_full THEN l.full_at END,
           vanished_allowed = CASE WHEN NOT batch.is_full THEN l.vanished_allowed END
     WHERE l.pull = p.name AND l.window_start = '-infinity';
    RETURN changes;
END
$$;
REVOKE ALL ON FUNCTION pendo._load_keyed(pendo._batch, pendo.pull) FROM PUBLIC;
COMMENT ON FUNCTION pendo._load_keyed(pendo._batch, pendo.pull) IS
    'load changes, or everything, by key';
