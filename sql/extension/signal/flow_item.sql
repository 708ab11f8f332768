-- What became of the items that flows wrote, a row a step, for those who may read what a
-- model's flows did: a flow's items belong to the model's owner.  The view reads for all,
-- so it decides itself who sees what: the owner, operators, and who may read flow_run in
-- every model of the owner's.
CREATE VIEW pendo._flow_item WITH (security_barrier) AS
SELECT i.item, i.at, i.what, i.detail, i.remote_id
  FROM (SELECT o.item, o.owner, o.source, o.created_at AS at,
               format('item %s in the outbox: %s %s', o.item, o.operation, o.object) AS what,
               jsonb_build_object('connection', o.connection, 'key', o.key) AS detail,
               NULL::text AS remote_id
          FROM pendo.outbox o
        UNION ALL
        SELECT w.item, w.owner, w.source, w.since, format('waits until %s: %s',
                      to_char(w.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"'), w.reason),
               jsonb_strip_nulls(jsonb_build_object('attempts', w.attempts, 'status', w.status,
                                                    'code', w.code, 'message', w.message)), NULL
          FROM pendo.waiting w
        UNION ALL
        SELECT d.item, d.owner, d.source, d.ended_at,
               concat_ws(' ', CASE WHEN d.attempt IS NULL THEN 'delivery:' ELSE format('attempt %s:', d.attempt) END,
                         d.outcome),
               jsonb_strip_nulls(jsonb_build_object('connection', d.connection, 'org', d.org,
                   'status', d.status, 'code', d.code, 'message', d.message,
                   'request_id', d.request_id, 'is_created', d.is_created)), d.remote_id
          FROM pendo.delivery d
        UNION ALL
        SELECT f.item, f.owner, f.source, f.failed_at, 'failed: pendo.retry() or pendo.discard()',
               jsonb_strip_nulls(jsonb_build_object('attempts', f.attempts, 'status', f.status,
                                                    'code', f.code, 'message', f.message)), NULL
          FROM pendo.failed_item f) i
 WHERE starts_with(i.source, 'flow ')
   AND (i.owner = current_user
        OR EXISTS (SELECT FROM pendo.model m
                    WHERE m.owner = i.owner AND pendo._may_see(m.schema_name, 'flow_run'))
           AND NOT EXISTS (SELECT FROM pendo.model m
                            WHERE m.owner = i.owner
                              AND pendo._find_relation(m.schema_name, 'flow_run') IS NOT NULL
                              AND NOT pendo._may_see(m.schema_name, 'flow_run')));
REVOKE ALL ON pendo._flow_item FROM PUBLIC;
COMMENT ON VIEW pendo._flow_item IS 'what became of the items that flows wrote';
COMMENT ON COLUMN pendo._flow_item.item IS 'number of the item';
COMMENT ON COLUMN pendo._flow_item.at IS 'when';
COMMENT ON COLUMN pendo._flow_item.what IS 'what happened';
COMMENT ON COLUMN pendo._flow_item.detail IS 'more of it';
COMMENT ON COLUMN pendo._flow_item.remote_id IS 'id of the record in the CRM';
