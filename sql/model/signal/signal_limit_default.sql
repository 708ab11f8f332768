-- Shipped kinds of signals, and how many of each a run may raise: more at once are rarely
-- meant (a survey of last year that comes in, a day of events that is missing), so they
-- wait for a person.
CREATE VIEW signal_limit_default WITH (security_invoker = true) AS
SELECT *
  FROM (VALUES ('nps_detractor', 50, true),
               ('churn_drop', 50, true),
               ('churn_silence', 50, true))
       AS l (kind, max_at_once, is_enabled);
REVOKE ALL ON signal_limit_default FROM PUBLIC;
COMMENT ON VIEW signal_limit_default IS
    'shipped kinds of signals and their limits; change them in signal_limit';
COMMENT ON COLUMN signal_limit_default.kind IS 'kind of signal';
COMMENT ON COLUMN signal_limit_default.max_at_once IS
    'if a run would raise more, they are held until a person decides';
COMMENT ON COLUMN signal_limit_default.is_enabled IS 'is looked for';
