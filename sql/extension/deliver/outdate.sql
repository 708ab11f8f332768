-- These items of a work have arrived: what they set is taken out of older ones of their keys
-- that wait or have failed.  Nothing else would keep those from overwriting it, once the
-- outbox has forgotten it.  With nothing left they are superseded.
CREATE FUNCTION pendo._outdate(work jsonb, items bigint[])
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    target CONSTANT name := work ->> 'connection';
BEGIN
    IF work ->> 'operation' = 'create'
       OR NOT EXISTS (SELECT FROM pendo.waiting w WHERE w.connection = target AND w.owner = current_user)
          AND NOT EXISTS (SELECT FROM pendo.failed_item f WHERE f.connection = target AND f.owner = current_user) THEN
        RETURN;
    END IF;
    WITH arrived AS MATERIALIZED (
        SELECT i.item, i.key, ARRAY(SELECT jsonb_object_keys(i.fields)) AS names
          FROM jsonb_to_recordset(work -> 'items') AS i (item bigint, key text, fields jsonb)
         WHERE i.item = ANY (items)),
    older AS MATERIALIZED (
        SELECT w.item, w.operation, w.key, w.source, w.attempts, w.fields - a.names AS left_fields
          FROM arrived a
          JOIN pendo.waiting w ON w.connection = target AND w.object = work ->> 'object'
                              AND w.key = a.key AND w.item < a.item AND w.owner = current_user
                              AND w.key_field IS NOT DISTINCT FROM work ->> 'key_field'
         WHERE w.operation <> 'create' AND w.fields ?| a.names),
    left_over AS (
        UPDATE pendo.waiting w SET fields = o.left_fields
          FROM older o WHERE w.item = o.item AND o.left_fields <> '{}'),
    over_now AS (
        DELETE FROM pendo.waiting w USING older o WHERE w.item = o.item AND o.left_fields = '{}'),
    logged AS (
        INSERT INTO pendo.delivery (item, connection, object, operation, key, source, outcome, attempt)
        SELECT o.item, target, work ->> 'object', o.operation, o.key, o.source, 'superseded', o.attempts
          FROM older o WHERE o.left_fields = '{}'),
    failed AS MATERIALIZED (
        SELECT f.item, f.fields - a.names AS left_fields
          FROM arrived a
          JOIN pendo.failed_item f ON f.connection = target AND f.object = work ->> 'object'
                                  AND f.key = a.key AND f.item < a.item AND f.owner = current_user
                                  AND f.key_field IS NOT DISTINCT FROM work ->> 'key_field'
         WHERE f.operation <> 'create' AND f.fields ?| a.names),
    still_failed AS (
        UPDATE pendo.failed_item f SET fields = n.left_fields
          FROM failed n WHERE f.item = n.item AND n.left_fields <> '{}'),
    mended AS (
        DELETE FROM pendo.failed_item f USING failed n WHERE f.item = n.item AND n.left_fields = '{}')
    UPDATE pendo.delivery d SET outcome = 'superseded'
      FROM failed n
     WHERE d.item = n.item AND d.outcome = 'failed' AND n.left_fields = '{}';
END
$$;
REVOKE ALL ON FUNCTION pendo._outdate(jsonb, bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION pendo._outdate(jsonb, bigint[]) IS
    'take what has arrived out of older items that wait or have failed';
