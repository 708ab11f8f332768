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
        EXECUTE format('SELECT max(%I)::timestamptz - interval ''5 minutes'' FROM %s',
                       p.time_column, target) INTO last_change;
    END IF;
    UPDATE pendo.ledger l
       SET rows = CASE WHEN batch.is_full THEN changes.rows ELSE l.rows + changes.inserted END,
           cursor = last_change,
           full_at = CASE WHEN batch.is_full THEN batch.began_at ELSE l.full_at END,
           vanished_allowed = NULL
     WHERE l.pull = p.name AND l.window_start = '-infinity';
    RETURN changes;
END
$$;
REVOKE ALL ON FUNCTION pendo._load_keyed(pendo._batch, pendo.pull) FROM PUBLIC;
COMMENT ON FUNCTION pendo._load_keyed(pendo._batch, pendo.pull) IS
    'load changes, or everything, by key';
