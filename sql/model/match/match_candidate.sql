-- Every pair that a rule finds, also those that do not count: deleted in the CRM,
-- or forbidden by people.  The planner cannot know how many values there are; a
-- FULL JOIN is one that it never makes in nested loops, and coalesce() and OFFSET 0
-- keep it from making another join of it.
CREATE VIEW match_candidate WITH (security_invoker = true) AS
WITH pendo AS (
    SELECT rule, method, pendo_kind, id, value, key, NULL::text AS origin
      FROM match_value
     WHERE side = 'pendo' AND method <> 'domain'
    UNION ALL
    SELECT d.rule, 'domain', 'account', d.account_id, d.domain, d.domain,
           ' of ' || d.visitors || ' of ' || d.of_visitors || ' visitors'
      FROM account_domain d
      JOIN account a ON a.account_id = d.account_id AND a.deleted_at IS NULL),
crm AS (
    SELECT * FROM match_value WHERE side = 'crm'),
pair AS (
    SELECT c.connection, p.pendo_kind, p.id AS pendo_id, c.id AS crm_id,
           c.name, c.owner_id, p.rule, p.method, p.value, p.origin,
           c.is_deleted
      FROM pendo p
      FULL JOIN crm c ON c.rule = p.rule AND c.pendo_kind = p.pendo_kind
                     AND c.key = p.key
     WHERE coalesce(c.value = p.value
                    OR p.method = 'crm_id'  -- Salesforce's 15 characters and 18
                       AND length(c.value) <> length(p.value), false)
    OFFSET 0)
SELECT m.connection,
       m.pendo_kind,
       m.pendo_id,
       CASE m.pendo_kind WHEN 'account' THEN 'account' ELSE 'contact' END
           AS crm_kind,
       m.crm_id,
       m.name AS crm_name,
       m.owner_id,
       m.rule,
       r.rank,
       format('%s "%s"%s', replace(m.method, '_', ' '), m.value, m.origin)
           AS explanation,
       m.is_deleted,
       EXISTS (SELECT
                 FROM match_pin f
                WHERE f.connection = m.connection
                  AND f.pendo_kind = m.pendo_kind AND f.pendo_id = m.pendo_id
                  AND f.verdict = 'forbid'
                  AND f.crm_id IN (m.crm_id, '*')) AS is_forbidden
  FROM pair m
  JOIN effective_match_rule r ON r.rule = m.rule;
REVOKE ALL ON match_candidate FROM PUBLIC;
COMMENT ON VIEW match_candidate IS
    'pairs of Pendo and CRM records that any rule finds';
COMMENT ON COLUMN match_candidate.connection IS 'CRM';
COMMENT ON COLUMN match_candidate.pendo_kind IS 'account or visitor';
COMMENT ON COLUMN match_candidate.pendo_id IS 'account_id or visitor_id';
COMMENT ON COLUMN match_candidate.crm_kind IS 'account or contact';
COMMENT ON COLUMN match_candidate.crm_id IS 'id in the CRM';
COMMENT ON COLUMN match_candidate.crm_name IS 'name in the CRM';
COMMENT ON COLUMN match_candidate.owner_id IS 'owner in the CRM';
COMMENT ON COLUMN match_candidate.rule IS 'rule that found it';
COMMENT ON COLUMN match_candidate.rank IS 'the rule''s rank';
COMMENT ON COLUMN match_candidate.explanation IS 'what both have in common';
COMMENT ON COLUMN match_candidate.is_deleted IS
    'deleted in the CRM, so it does not count';
COMMENT ON COLUMN match_candidate.is_forbidden IS
    'forbidden by people, so it does not count';
