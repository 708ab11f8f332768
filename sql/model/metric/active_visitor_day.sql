-- The rule of whom metrics count as a visitor, in one place: who has an id and
-- has been identified.  An anonymous id is a browser, not a person; once the
-- person signs in there is a second id, so counting both counts people twice.
CREATE VIEW active_visitor_day WITH (security_invoker = true) AS
SELECT day, visitor_id, account_id, app_id, events, minutes
  FROM visitor_day
 WHERE day <= (SELECT m.day FROM model_day m)
   AND visitor_id <> ''
   AND NOT starts_with(visitor_id, '_PENDO_T_');
REVOKE ALL ON active_visitor_day FROM PUBLIC;
COMMENT ON VIEW active_visitor_day IS
    'visitor_day of identified visitors: whom metrics count';
COMMENT ON COLUMN active_visitor_day.day IS
    'day in the subscription''s time zone';
COMMENT ON COLUMN active_visitor_day.visitor_id IS 'visitor';
COMMENT ON COLUMN active_visitor_day.account_id IS
    'account acted for; empty if none';
COMMENT ON COLUMN active_visitor_day.app_id IS 'application';
COMMENT ON COLUMN active_visitor_day.events IS 'number of events';
COMMENT ON COLUMN active_visitor_day.minutes IS 'sum of num_minutes';
