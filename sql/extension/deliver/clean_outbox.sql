-- Empty the partitions of the outbox whose turn is over and whose items are all dealt with or
-- wait aside, and let the next one take new items when this one has grown large or old.  What
-- somebody else is at is left for the next time.  As its definer: a partition holds
-- everybody's items, and only the owner of a table may empty it.
CREATE FUNCTION pendo._clean_outbox(largest bigint DEFAULT 64 * 1024 * 1024, oldest interval DEFAULT '1 hour')
RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '10ms'
AS $$
DECLARE
    slot integer;
    now_slot integer := pendo._outbox_slot();
    is_emptied boolean := false;
BEGIN
    FOR slot IN SELECT n FROM generate_series(0, 2) n
                 WHERE n <> now_slot AND pg_relation_size(format('pendo.outbox_%s', n)::regclass) > 0
    LOOP
        is_emptied := pendo._empty_slot(slot) OR is_emptied;
    END LOOP;
    IF pendo._is_slot_old(now_slot, largest, oldest)
       AND pg_relation_size(format('pendo.outbox_%s', (now_slot + 1) % 3)::regclass) = 0 THEN
        PERFORM nextval('pendo.outbox_turn');
    END IF;
    IF is_emptied THEN
        DELETE FROM pendo.delivery d
         WHERE d.ended_at < now() - coalesce(current_setting('pendo_fdw.log_retention', true), '90 days')::interval
           AND NOT EXISTS (SELECT FROM pendo.outbox o
                            WHERE o.connection = d.connection AND o.object = d.object
                              AND o.key = d.key AND o.item = d.item);
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._clean_outbox(bigint, interval) FROM PUBLIC;
COMMENT ON FUNCTION pendo._clean_outbox(bigint, interval) IS
    'empty partitions of the outbox that are dealt with, and turn to the next';
