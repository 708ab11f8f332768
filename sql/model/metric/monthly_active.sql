-- Trailing days, as Pendo defines its monthly active users (unique visitors that
-- were active in the last 30 calendar days), not a calendar month.
CREATE VIEW monthly_active WITH (security_invoker = true) AS
SELECT day, visitors, accounts, is_partial
  FROM rolling_active
 WHERE period = 'monthly';
REVOKE ALL ON monthly_active FROM PUBLIC;
COMMENT ON VIEW monthly_active IS
    'who was active in the 30 days that end with each day (MAU)';
COMMENT ON COLUMN monthly_active.day IS 'last day of the period';
COMMENT ON COLUMN monthly_active.visitors IS
    'identified visitors with an event in the period, each once';
COMMENT ON COLUMN monthly_active.accounts IS
    'accounts with an event in the period, each once';
COMMENT ON COLUMN monthly_active.is_partial IS
    'the period begins before the first day here, so the counts may be short';
