-- Outcomes of a work's items into the log, together.  Out: the numbers of the items; NULL, and
-- nothing done, if the log has triggers or more policies and wants an ordinary INSERT.
CREATE FUNCTION pendo._log_outcomes(work jsonb, results jsonb, org text, status integer, request_id text,
                                    sent_at timestamptz)
RETURNS bigint[]
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'pendo_log_outcomes';
REVOKE ALL ON FUNCTION pendo._log_outcomes(jsonb, jsonb, text, integer, text, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION pendo._log_outcomes(jsonb, jsonb, text, integer, text, timestamptz) IS
    'outcomes of a work''s items into the log';

-- Note that all went well with these items of a work; see pendo._record.
CREATE FUNCTION pendo._record_success(work jsonb, results jsonb, answer pendo._answer, this_org text)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    items bigint[] := pendo._log_outcomes(work, results, this_org, answer.status, answer.request_id, answer.sent_at);
BEGIN
    IF items IS NULL THEN
        WITH logged AS (
            INSERT INTO pendo.delivery (item, connection, object, operation, key, source, outcome, org,
                                        remote_id, is_created, attempt, status, request_id, sent_at)
            SELECT i.item, work ->> 'connection', work ->> 'object', work ->> 'operation', i.key,
                   i.source, r.outcome, this_org, r.remote_id, r.is_created, i.attempts + 1, answer.status,
                   answer.request_id, answer.sent_at
              FROM jsonb_to_recordset(results) AS r (item bigint, outcome text, remote_id text, is_created boolean)
              JOIN jsonb_to_recordset(work -> 'items') AS i (item bigint, key text, source text, attempts integer)
                USING (item)
            RETURNING item)
        SELECT array_agg(l.item) INTO items FROM logged l;
    END IF;
    DELETE FROM pendo.waiting w WHERE w.item = ANY (items);
    PERFORM pendo._outdate(work, items);
    PERFORM pendo._note_push(work, results, this_org);
END
$$;
REVOKE ALL ON FUNCTION pendo._record_success(jsonb, jsonb, pendo._answer, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._record_success(jsonb, jsonb, pendo._answer, text) IS
    'note that all went well with these items';

-- Note what became of a work's items, in the log and where they wait.  results as a step
-- gives them, and for those that failed also a class; answer is what told so.
-- A retry waits 2, 4, 8 ... seconds, an hour at most; after most_attempts it has failed.  A
-- record without a key may be there, and HubSpot's search knows of it after half a minute or so
-- (HubSpot/agent-cli-skills, Airbyte's source-hubspot): it is looked for later than that.
-- What is refused while an older item of its key waits is tried again, too: that one may make
-- the record.
CREATE FUNCTION pendo._record(work jsonb, results jsonb, answer pendo._answer,
                              most_attempts integer DEFAULT 40)
RETURNS void
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    this_org text;
    is_searched_for CONSTANT boolean := work ->> 'connector' = 'hubspot' AND work ->> 'operation' = 'create'
                                        AND work ->> 'key_field' IS NULL;
BEGIN
    IF coalesce(results, '[]') = '[]' THEN
        RETURN;
    END IF;
    SELECT s.org INTO this_org FROM pendo.connection_state s
     WHERE s.connection = work ->> 'connection' AND s.owner = current_user;
    IF NOT results @> '[{"outcome": "failed"}]' THEN
        PERFORM pendo._record_success(work, results, answer, this_org);
        RETURN;
    END IF;
    WITH result AS (
        SELECT (r ->> 'item')::bigint AS item, r ->> 'outcome' AS outcome, r ->> 'remote_id' AS remote_id,
               (r ->> 'is_created')::boolean AS is_created, r ->> 'code' AS code,
               left(r ->> 'message', 1000) AS message,
               CASE WHEN r ->> 'outcome' = 'failed' THEN
                    coalesce(r ->> 'class', pendo._error_class(work ->> 'connector', NULL, r ->> 'code',
                                                               r ->> 'message')) END AS class
          FROM jsonb_array_elements(results) r),
    judged AS MATERIALIZED (
        SELECT r.*, i ->> 'key' AS key, i ->> 'source' AS source,
               (i ->> 'attempts')::integer + CASE r.class WHEN 'throttle' THEN 0 ELSE 1 END AS attempts,
               (i ->> 'look')::boolean
                   OR r.class = 'duplicate'
                   OR work ->> 'operation' = 'create' AND r.class = 'retry' AS look,
               CASE WHEN r.outcome <> 'failed' THEN r.outcome
                    WHEN r.class = 'duplicate' AND NOT (i ->> 'look')::boolean THEN 'retry'
                    WHEN (i ->> 'attempts')::integer + 1 < most_attempts AND r.class IN ('permanent', 'split')
                         AND EXISTS (SELECT FROM pendo.waiting w
                                      WHERE w.connection = work ->> 'connection' AND w.object = work ->> 'object'
                                        AND w.key = i ->> 'key' AND w.item < r.item AND w.owner = current_user
                                        AND w.key_field IS NOT DISTINCT FROM work ->> 'key_field'
                                        AND w.operation <> 'update' AND w.reason <> 'later') THEN 'retry'
                    WHEN r.class IN ('permanent', 'split', 'duplicate')
                         OR r.class = 'retry' AND (i ->> 'attempts')::integer + 1 >= most_attempts THEN 'failed'
                    ELSE 'retry' END AS verdict,
               CASE r.class WHEN 'throttle' THEN 'throttle'
                            WHEN 'configuration' THEN 'configuration'
                            WHEN 'auth' THEN 'configuration' ELSE 'retry' END AS reason,
               clock_timestamp() + CASE
                   WHEN r.class = 'duplicate' THEN interval '0'
                   WHEN r.class = 'throttle' THEN
                        greatest(coalesce(answer.retry_at - clock_timestamp(), interval '10 seconds'),
                                 interval '0')
                   WHEN r.class IN ('configuration', 'auth') THEN interval '15 minutes'
                   ELSE greatest(answer.retry_at - clock_timestamp(),
                                 least(power(2, (i ->> 'attempts')::integer + 1) * interval '1 second',
                                       interval '1 hour') * (0.75 + random() / 2),
                                 CASE WHEN is_searched_for THEN interval '1 minute' END) END AS due_at
          FROM result r
          JOIN jsonb_array_elements(work -> 'items') i ON (i ->> 'item')::bigint = r.item),
    logged AS (
        INSERT INTO pendo.delivery (item, connection, object, operation, key, source, outcome, org,
                                    remote_id, is_created, attempt, status, code, message, request_id,
                                    sent_at)
        SELECT j.item, work ->> 'connection', work ->> 'object', work ->> 'operation', j.key,
               j.source, j.verdict, this_org, j.remote_id, j.is_created, j.attempts, answer.status,
               j.code, j.message, answer.request_id, answer.sent_at
          FROM judged j),
    row_of AS (         -- of those that are not over well
        SELECT w.item, w.slot, w.xid, w.owner, w.connection, w.object, w.operation, w.key_field, w.key,
               w.fields, w.links, w.class, w.source, w.not_before, w.expires_at, w.created_at,
               j.look, j.verdict, j.attempts, j.reason, j.due_at, j.code, j.message, true AS is_waiting
          FROM judged j JOIN pendo.waiting w ON w.item = j.item
         WHERE j.verdict IN ('retry', 'failed')
        UNION ALL
        SELECT o.item, o.slot, o.xid, o.owner, o.connection, o.object, o.operation, o.key_field, o.key,
               o.fields, o.links, o.class, o.source, o.not_before, o.expires_at, o.created_at,
               j.look, j.verdict, j.attempts, j.reason, j.due_at, j.code, j.message, false
          FROM judged j
          JOIN pendo.outbox o ON o.connection = work ->> 'connection' AND o.object = work ->> 'object'
                             AND o.key = j.key AND o.item = j.item
         WHERE j.verdict IN ('retry', 'failed')
           AND NOT EXISTS (SELECT FROM pendo.waiting w WHERE w.item = j.item)
           AND NOT EXISTS (SELECT FROM pendo.delivery d WHERE d.item = j.item AND d.outcome <> 'retry')),
    still_waiting AS (
        UPDATE pendo.waiting w
           SET due_at = r.due_at, attempts = r.attempts, look = r.look, reason = r.reason,
               status = answer.status, code = r.code, message = r.message, since = clock_timestamp()
          FROM row_of r
         WHERE r.is_waiting AND r.verdict = 'retry' AND w.item = r.item),
    newly_waiting AS (
        INSERT INTO pendo.waiting (item, slot, xid, owner, connection, object, operation, key_field, key,
                                   fields, links, class, source, not_before, expires_at, created_at, look,
                                   due_at, attempts, reason, status, code, message)
        SELECT r.item, r.slot, r.xid, r.owner, r.connection, r.object, r.operation, r.key_field, r.key,
               r.fields, r.links, r.class, r.source, r.not_before, r.expires_at, r.created_at, r.look,
               r.due_at, r.attempts, r.reason, answer.status, r.code, r.message
          FROM row_of r WHERE NOT r.is_waiting AND r.verdict = 'retry'),
    failed AS (
        INSERT INTO pendo.failed_item (item, slot, xid, owner, connection, object, operation, key_field,
                                       key, fields, links, class, source, not_before, expires_at,
                                       created_at, look, attempts, status, code, message)
        SELECT r.item, r.slot, r.xid, r.owner, r.connection, r.object, r.operation, r.key_field, r.key,
               r.fields, r.links, r.class, r.source, r.not_before, r.expires_at, r.created_at, r.look,
               r.attempts, answer.status, r.code, r.message
          FROM row_of r WHERE r.verdict = 'failed')
    DELETE FROM pendo.waiting w USING judged j
     WHERE w.item = j.item AND j.verdict <> 'retry';
    PERFORM pendo._outdate(work, ARRAY(
        SELECT r.item FROM jsonb_to_recordset(results) AS r (item bigint, outcome text) WHERE r.outcome <> 'failed'));
    -- What is tried again has not failed.
    PERFORM pendo._note_push(work, (
        SELECT jsonb_agg(r) FROM jsonb_array_elements(results) r
         WHERE r ->> 'outcome' <> 'failed'
            OR EXISTS (SELECT FROM pendo.failed_item f WHERE f.item = (r ->> 'item')::bigint)), this_org);
END
$$;
REVOKE ALL ON FUNCTION pendo._record(jsonb, jsonb, pendo._answer, integer) FROM PUBLIC;
COMMENT ON FUNCTION pendo._record(jsonb, jsonb, pendo._answer, integer) IS
    'note what became of a work''s items';
