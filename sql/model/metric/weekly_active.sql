-- A trailing week, not a calendar week: each day has one, and all hold one of each
-- weekday.  Source: Google Analytics (7-day active users), Pendo's help pages.
CREATE VIEW weekly_active WITH (security_invoker = true) AS
SELECT day, visitors, accounts, is_partial
  FROM rolling_active
 WHERE period = 'weekly';
REVOKE ALL ON weekly_active FROM PUBLIC;
COMMENT ON VIEW weekly_active IS
    'who was active in the 7 days that end with each day (WAU)';
COMMENT ON COLUMN weekly_active.day IS 'last day of the period';
COMMENT ON COLUMN weekly_active.visitors IS
    'identified visitors with an event in the period, each once';
COMMENT ON COLUMN weekly_active.accounts IS
    'accounts with an event in the period, each once';
COMMENT ON COLUMN weekly_active.is_partial IS
    'the period begins before the first day here, so the counts may be short';
