-- Give up the items of a connection that have failed, or one that is named, which may also
-- wait; they stay in the log.  Out: how many.
CREATE FUNCTION pendo.discard(connection name DEFAULT NULL, item bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    count bigint;
BEGIN
    IF connection IS NULL AND item IS NULL THEN
        RAISE null_value_not_allowed USING
            MESSAGE = 'what is to be discarded must be said',
            HINT = 'Name a connection or an item.';
    END IF;
    WITH gone AS (
        DELETE FROM pendo.failed_item f
         WHERE f.owner = current_user AND f.connection = coalesce(discard.connection, f.connection)
           AND f.item = coalesce(discard.item, f.item)
        RETURNING f.item, f.connection, f.object, f.operation, f.key, f.source, f.attempts),
    waiting AS (
        DELETE FROM pendo.waiting w
         WHERE w.owner = current_user AND w.connection = coalesce(discard.connection, w.connection)
           AND w.item = discard.item
        RETURNING w.item, w.connection, w.object, w.operation, w.key, w.source, w.attempts)
    INSERT INTO pendo.delivery (item, connection, object, operation, key, source, outcome, attempt)
    SELECT g.item, g.connection, g.object, g.operation, g.key, g.source, 'discarded', g.attempts FROM gone g
    UNION ALL
    SELECT w.item, w.connection, w.object, w.operation, w.key, w.source, 'discarded', w.attempts FROM waiting w;
    GET DIAGNOSTICS count = ROW_COUNT;
    RETURN count;
END
$$;
REVOKE ALL ON FUNCTION pendo.discard(name, bigint) FROM PUBLIC;
COMMENT ON FUNCTION pendo.discard(name, bigint) IS 'give up items that failed, or one that waits';
