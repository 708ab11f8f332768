-- The accounts that get a score: those that Pendo has, also if they never did
-- anything, and those seen in events that have not been pulled yet.
CREATE VIEW scored_account WITH (security_invoker = true) AS
WITH seen AS (
    SELECT account_id, min(day) AS first_day, max(day) AS last_day
      FROM account_day
     WHERE account_id <> '' AND day <= (SELECT m.day FROM model_day m)
     GROUP BY account_id)
SELECT account_id, s.first_day, s.last_day
  FROM (SELECT account_id, deleted_at FROM account WHERE account_id <> '') AS a
  FULL JOIN seen s USING (account_id)
 CROSS JOIN model_day m
 WHERE a.deleted_at IS NULL AND m.day IS NOT NULL;
REVOKE ALL ON scored_account FROM PUBLIC;
COMMENT ON VIEW scored_account IS 'accounts that get a score';
COMMENT ON COLUMN scored_account.account_id IS 'account';
COMMENT ON COLUMN scored_account.first_day IS
    'first day with an event here; NULL if there is none';
COMMENT ON COLUMN scored_account.last_day IS
    'last day with an event; NULL if there is none';
