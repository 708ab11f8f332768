-- Every pair that a rule finds, also those that do not count: deleted in the CRM,
-- or forbidden by people.  Both sides are put in one heap and grouped by what they
-- have in common: unlike a join, that takes the same time however wrong the
-- planner is about the number of values.
CREATE VIEW match_candidate WITH (security_invoker = true) AS
WITH heap AS (
    SELECT v AS row, v.side, v.rule, v.key
      FROM match_value v
     WHERE v.side = 'crm' OR v.side = 'pendo' AND v.method <> 'domain'
    UNION ALL
    SELECT ROW('pendo', NULL, 'account', d.account_id, d.rule, 'domain',
               d.domain, d.domain,
               ' of ' || d.visitors || ' of ' || d.of_visitors || ' visitors',
               NULL, NULL, false)::match_value,
           'pendo', d.rule, d.domain
      FROM account_domain d
      JOIN account a ON a.account_id = d.account_id AND a.deleted_at IS NULL),
common AS (
    SELECT rule,
           array_agg(row) FILTER (WHERE side = 'pendo') AS pendo,
           array_agg(row) FILTER (WHERE side = 'crm') AS crm
      FROM heap
     GROUP BY rule, key
    HAVING bool_or(side = 'pendo') AND bool_or(side = 'crm'))
SELECT c.connection,
       p.pendo_kind,
       p.id AS pendo_id,
       CASE p.pendo_kind WHEN 'account' THEN 'account' ELSE 'contact' END
           AS crm_kind,
       c.id AS crm_id,
       c.name AS crm_name,
       c.owner_id,
       m.rule,
       r.rank,
       format('%s "%s"%s', replace(p.method, '_', ' '), p.value, p.origin)
           AS explanation,
       c.is_deleted,
       EXISTS (SELECT
                 FROM match_pin f
                WHERE f.connection = c.connection
                  AND f.pendo_kind = p.pendo_kind AND f.pendo_id = p.id
                  AND f.verdict = 'forbid'
                  AND f.crm_id IN (c.id, '*')) AS is_forbidden
  FROM common m
  JOIN effective_match_rule r ON r.rule = m.rule
 CROSS JOIN LATERAL unnest(m.pendo) AS p
 CROSS JOIN LATERAL unnest(m.crm) AS c
 WHERE c.value = p.value
    OR p.method = 'crm_id'      -- Salesforce's 15 characters and 18
       AND length(c.value) <> length(p.value);
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
