-- Pendo records without a CRM record, and why; conflicts are not among them.  A
-- CRM counts for accounts once it has an account, for visitors once a contact.
CREATE VIEW unmatched WITH (security_invoker = true) AS
WITH crm AS (
    SELECT DISTINCT connection, pendo_kind FROM crm_record),
found AS (
    SELECT connection, pendo_kind, pendo_id,
           bool_or(is_forbidden AND NOT is_deleted) AS is_forbidden,
           bool_or(NOT is_forbidden AND NOT is_deleted) AS is_usable
      FROM match_candidate
     GROUP BY connection, pendo_kind, pendo_id),
pinned AS (
    SELECT n.connection, n.pendo_kind, n.pendo_id,
           bool_or(c.id IS NOT NULL) AS is_usable
      FROM match_pin n
      LEFT JOIN crm_record c ON c.connection = n.connection
                            AND c.pendo_kind = n.pendo_kind
                            AND c.id = n.crm_id AND NOT c.is_deleted
     WHERE n.verdict = 'pin'
     GROUP BY n.connection, n.pendo_kind, n.pendo_id),
tried AS (
    SELECT pendo_kind, id,
           jsonb_object(array_agg(rule), array_agg(value)) AS tried
      FROM (SELECT pendo_kind, id, rule, value
              FROM match_value
             WHERE side = 'pendo' AND method <> 'domain'
            UNION ALL
            SELECT 'account', account_id, rule, domain
              FROM account_domain) AS v
     GROUP BY pendo_kind, id)
SELECT k.connection,
       p.pendo_kind,
       p.id AS pendo_id,
       CASE WHEN n.pendo_id IS NOT NULL THEN 'its pinned CRM record is gone'
            WHEN f.is_forbidden THEN 'people forbade what was found'
            WHEN f.pendo_id IS NOT NULL THEN 'only deleted CRM records found'
            WHEN t.id IS NULL THEN 'has no value that a rule compares'
            ELSE 'no CRM record has its values' END AS reason,
       coalesce(t.tried, '{}') AS tried
  FROM pendo_record p
  JOIN crm k ON k.pendo_kind = p.pendo_kind
  LEFT JOIN found f ON f.connection = k.connection
                   AND f.pendo_kind = p.pendo_kind AND f.pendo_id = p.id
  LEFT JOIN pinned n ON n.connection = k.connection
                    AND n.pendo_kind = p.pendo_kind AND n.pendo_id = p.id
  LEFT JOIN tried t ON t.pendo_kind = p.pendo_kind AND t.id = p.id
 WHERE NOT coalesce(n.is_usable, f.is_usable, false);  -- a pin speaks for itself
REVOKE ALL ON unmatched FROM PUBLIC;
COMMENT ON VIEW unmatched IS 'Pendo records without a CRM record, and why';
COMMENT ON COLUMN unmatched.connection IS 'CRM';
COMMENT ON COLUMN unmatched.pendo_kind IS 'account or visitor';
COMMENT ON COLUMN unmatched.pendo_id IS 'account_id or visitor_id';
COMMENT ON COLUMN unmatched.reason IS 'why there is none';
COMMENT ON COLUMN unmatched.tried IS
    'what was looked up, by rule; domains that are free mail are not';
