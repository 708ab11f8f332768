-- What waits: signals that a person must decide on, that found no CRM record, that no flow
-- has taken yet, and deliveries that failed or are not over.
CREATE VIEW signal_open WITH (security_invoker = true) AS
SELECT s.kind, s.fact, s.account_id, s.visitor_id, s.title, s.happened_at,
       CASE WHEN s.state = 'held' THEN 'held'
            WHEN s.state = 'new' THEN 'waits for its flow'
            ELSE 'no match' END AS waits,
       CASE WHEN s.state = 'held' THEN 'too many at once'
            WHEN s.state = 'ignored' THEN
                'neither account nor visitor has a CRM record; see unmatched and match_conflict' END
           AS why,
       s.changed_at AS since,
       CASE WHEN s.state = 'ignored' THEN s.detected_at + interval '7 days' END AS until,
       NULL::text AS flow, NULL::name AS connection, NULL::bigint AS item
  FROM signal s
 WHERE NOT s.is_backfill
   AND (s.state IN ('new', 'held')
        OR s.state = 'ignored' AND s.reason = 'no match'
           AND s.detected_at > now() - interval '7 days')
UNION ALL
SELECT s.kind, s.fact, s.account_id, s.visitor_id, s.title, s.happened_at,
       CASE WHEN r.outcome IS NULL THEN 'waits for its delivery'
            ELSE 'delivery ' || r.outcome END,
       r.message, coalesce(r.settled_at, r.created_at), NULL,
       r.flow, r.connection, r.item
  FROM flow_run r
  JOIN signal s USING (kind, fact)
 WHERE r.outcome IS NULL OR r.outcome IN ('failed', 'expired');
REVOKE ALL ON signal_open FROM PUBLIC;
COMMENT ON VIEW signal_open IS
    'signals that wait: held, without a match, without a delivery, or with one that failed';
COMMENT ON COLUMN signal_open.kind IS 'kind of signal';
COMMENT ON COLUMN signal_open.fact IS 'its fact';
COMMENT ON COLUMN signal_open.account_id IS 'account';
COMMENT ON COLUMN signal_open.visitor_id IS 'visitor';
COMMENT ON COLUMN signal_open.title IS 'what it is';
COMMENT ON COLUMN signal_open.happened_at IS 'when it happened';
COMMENT ON COLUMN signal_open.waits IS
    'held, no match, waits for its flow, waits for its delivery, delivery failed or expired';
COMMENT ON COLUMN signal_open.why IS 'why';
COMMENT ON COLUMN signal_open.since IS 'since when';
COMMENT ON COLUMN signal_open.until IS 'of no match: until when it is tried again';
COMMENT ON COLUMN signal_open.flow IS 'the flow that took it';
COMMENT ON COLUMN signal_open.connection IS 'CRM that it goes to';
COMMENT ON COLUMN signal_open.item IS 'number of the item';
