-- Pendo records without a CRM record, and why; conflicts are not among them.  A
-- CRM counts for accounts once it has an account, for visitors once a contact.
-- What is known of each record is put in one heap and grouped, as in
-- match_candidate.
CREATE VIEW unmatched WITH (security_invoker = true) AS
WITH crm AS (
    SELECT DISTINCT connection, pendo_kind FROM crm_record),
fact AS (
    SELECT k.connection, p.pendo_kind, p.id, true AS is_there,
           NULL::boolean AS is_found, NULL::boolean AS is_forbidden,
           NULL::boolean AS is_usable, NULL::boolean AS is_pinned,
           NULL::text AS rule, NULL::text AS value
      FROM pendo_record p
      JOIN crm k ON k.pendo_kind = p.pendo_kind
    UNION ALL
    SELECT connection, pendo_kind, pendo_id, NULL, true,
           is_forbidden AND NOT is_deleted, NOT is_forbidden AND NOT is_deleted,
           NULL, NULL, NULL
      FROM match_candidate
    UNION ALL
    SELECT n.connection, n.pendo_kind, n.pendo_id, NULL, NULL, NULL,
           EXISTS (SELECT
                     FROM crm_record c
                    WHERE c.connection = n.connection AND c.id = n.crm_id
                      AND c.pendo_kind = n.pendo_kind AND NOT c.is_deleted),
           true, NULL, NULL
      FROM match_pin n
     WHERE n.verdict = 'pin'
    UNION ALL
    SELECT k.connection, v.pendo_kind, v.id, NULL, NULL, NULL, NULL, NULL,
           v.rule, v.value
      FROM (SELECT pendo_kind, id, rule, value
              FROM match_value
             WHERE side = 'pendo' AND method <> 'domain'
            UNION ALL
            SELECT 'account', account_id, rule, domain
              FROM account_domain) AS v
      JOIN crm k ON k.pendo_kind = v.pendo_kind),
known AS (
    SELECT connection, pendo_kind, id,
           coalesce(bool_or(is_pinned), false) AS is_pinned,
           coalesce(bool_or(is_found), false) AS is_found,
           coalesce(bool_or(is_forbidden), false) AS is_forbidden,
           -- a pin speaks for itself, whatever the rules find
           coalesce(bool_or(is_usable) FILTER (WHERE is_pinned),
                    bool_or(is_usable), false) AS is_usable,
           jsonb_object_agg(rule, value) FILTER (WHERE rule IS NOT NULL)
               AS tried
      FROM fact
     GROUP BY connection, pendo_kind, id
    HAVING bool_or(is_there))
SELECT connection,
       pendo_kind,
       id AS pendo_id,
       CASE WHEN is_pinned THEN 'its pinned CRM record is gone'
            WHEN is_forbidden THEN 'people forbade what was found'
            WHEN is_found THEN 'only deleted CRM records found'
            WHEN tried IS NULL THEN 'has no value that a rule compares'
            ELSE 'no CRM record has its values' END AS reason,
       coalesce(tried, '{}') AS tried
  FROM known
 WHERE NOT is_usable;
REVOKE ALL ON unmatched FROM PUBLIC;
COMMENT ON VIEW unmatched IS 'Pendo records without a CRM record, and why';
COMMENT ON COLUMN unmatched.connection IS 'CRM';
COMMENT ON COLUMN unmatched.pendo_kind IS 'account or visitor';
COMMENT ON COLUMN unmatched.pendo_id IS 'account_id or visitor_id';
COMMENT ON COLUMN unmatched.reason IS 'why there is none';
COMMENT ON COLUMN unmatched.tried IS
    'what was looked up, by rule; domains that are free mail are not';
