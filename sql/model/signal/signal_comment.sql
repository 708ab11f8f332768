-- What people wrote to their scores, for signals that no flow has taken yet: the last free
-- text that the visitor gave to the same guide, from five minutes before the score to half
-- an hour after it.
CREATE VIEW signal_comment WITH (security_invoker = true) AS
SELECT s.kind, s.fact,
       (SELECT p.poll_response
          FROM poll_event p
         WHERE p.visitor_id = s.visitor_id AND p.guide_id = s.context ->> 'guide_id'
           AND p.poll_type = 'FreeForm' AND p.poll_response <> ''
           AND p.browser_time BETWEEN s.happened_at - interval '5 minutes'
                                  AND s.happened_at + interval '30 minutes'
         ORDER BY p.browser_time DESC, p.poll_response
         LIMIT 1) AS comment
  FROM signal s
 WHERE s.kind = 'nps_detractor' AND NOT s.is_backfill
   AND (s.state = 'new'
        OR s.state = 'ignored' AND s.reason = 'no match'
           AND s.detected_at > now() - interval '7 days');
REVOKE ALL ON signal_comment FROM PUBLIC;
COMMENT ON VIEW signal_comment IS 'comments to the scores of signals that no flow has taken yet';
COMMENT ON COLUMN signal_comment.kind IS 'nps_detractor';
COMMENT ON COLUMN signal_comment.fact IS 'the signal''s fact';
COMMENT ON COLUMN signal_comment.comment IS 'what the visitor wrote; NULL: nothing';
