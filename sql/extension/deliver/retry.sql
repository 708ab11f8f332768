-- Try again, at once: items of a connection (NULL: all) that failed within "since" or wait after a
-- failed attempt, or the one that is named.  What newer items of their keys brought since is not
-- in them any more (pendo._outdate).  Out: how many; nothing is a NOTICE.  Errors: no such
-- connection, and no items of one.
CREATE FUNCTION pendo.retry(connection name DEFAULT NULL, since interval DEFAULT '1 day', item bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    count bigint;
BEGIN
    -- Rows that a delivery has are passed over, lest each waits for the other.
    WITH free_failed AS MATERIALIZED (
        SELECT f.item FROM pendo.failed_item f
         WHERE f.connection = coalesce(retry.connection, f.connection)
           AND (f.item = retry.item OR retry.item IS NULL AND f.failed_at > now() - since)
           AND f.owner = current_user
           FOR UPDATE SKIP LOCKED),
    free_waiting AS MATERIALIZED (
        SELECT w.item FROM pendo.waiting w
         WHERE w.connection = coalesce(retry.connection, w.connection)
           AND w.item = coalesce(retry.item, w.item)
           AND w.owner = current_user
           AND w.reason IN ('retry', 'configuration') AND w.due_at > clock_timestamp()
           FOR UPDATE SKIP LOCKED),
    back AS (
        DELETE FROM pendo.failed_item f USING free_failed n WHERE f.item = n.item
        RETURNING f.*),
    reopened AS (           -- it is not dealt with after all
        UPDATE pendo.delivery d SET outcome = 'retry' FROM back b
         WHERE d.item = b.item AND d.outcome = 'failed'),
    hurried AS (
        UPDATE pendo.waiting w SET due_at = clock_timestamp() FROM free_waiting n WHERE w.item = n.item
        RETURNING w.item),
    renewed AS (
        INSERT INTO pendo.waiting (item, slot, xid, owner, connection, object, operation, key_field, key,
                                   fields, links, class, source, not_before, expires_at, created_at, look,
                                   due_at, reason, status, code, message)
        SELECT b.item, b.slot, b.xid, b.owner, b.connection, b.object, b.operation, b.key_field, b.key,
               b.fields, b.links, b.class, b.source, b.not_before, b.expires_at, b.created_at,
               b.look OR b.operation = 'create', clock_timestamp(), 'retry', b.status, b.code, b.message
          FROM back b
        RETURNING waiting.item)
    SELECT (SELECT count(*) FROM renewed) + (SELECT count(*) FROM hurried) INTO count;
    IF count = 0 THEN
        PERFORM pendo._say_nothing_found(connection);
    END IF;
    PERFORM pendo._wake_delivery(current_user::name);
    RETURN count;
END
$$;
REVOKE ALL ON FUNCTION pendo.retry(name, interval, bigint) FROM PUBLIC;
COMMENT ON FUNCTION pendo.retry(name, interval, bigint) IS 'try items that failed again at once';
