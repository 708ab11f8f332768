-- Who was active on each day: with at least one event of any kind, as Pendo has
-- it.  A visitor counts once, whatever the number of accounts and applications.
CREATE VIEW daily_active WITH (security_invoker = true) AS
WITH visitor AS (
    SELECT day, count(*) AS visitors
      FROM (SELECT DISTINCT day, visitor_id FROM active_visitor_day) v
     GROUP BY day),
anonymous AS (
    SELECT day, count(DISTINCT visitor_id) AS visitors
      FROM visitor_day
     WHERE starts_with(visitor_id, '_PENDO_T_')
     GROUP BY day),
account AS (
    SELECT day,
           count(*) FILTER (WHERE account_id <> '') AS accounts,
           sum(events)::bigint AS events,
           sum(minutes)::bigint AS minutes
      FROM account_day
     GROUP BY day)
SELECT c.day,
       coalesce(v.visitors, 0) AS visitors,
       coalesce(n.visitors, 0) AS anonymous_visitors,
       coalesce(a.accounts, 0) AS accounts,
       coalesce(a.events, 0) AS events,
       coalesce(a.minutes, 0) AS minutes
  FROM model_calendar c
  LEFT JOIN visitor v ON v.day = c.day
  LEFT JOIN anonymous n ON n.day = c.day
  LEFT JOIN account a ON a.day = c.day;
REVOKE ALL ON daily_active FROM PUBLIC;
COMMENT ON VIEW daily_active IS 'who was active on each day (DAU)';
COMMENT ON COLUMN daily_active.day IS 'day in the subscription''s time zone';
COMMENT ON COLUMN daily_active.visitors IS 'identified visitors with an event';
COMMENT ON COLUMN daily_active.anonymous_visitors IS
    'anonymous visitors with an event; not among visitors';
COMMENT ON COLUMN daily_active.accounts IS
    'accounts with an event; no account is none';
COMMENT ON COLUMN daily_active.events IS 'all events, whoever''s';
COMMENT ON COLUMN daily_active.minutes IS 'sum of num_minutes, whoever''s';
