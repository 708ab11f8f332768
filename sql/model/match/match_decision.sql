-- For each Pendo record and CRM the candidates of the lowest rank that has any.
-- Higher ranks are not asked, even where the lowest one is ambiguous: that a
-- weaker rule finds one record does not make it the right one of two.  Records
-- that people pinned are left to the pin.
CREATE VIEW match_decision WITH (security_invoker = true) AS
WITH candidate AS (
    SELECT connection, pendo_kind, pendo_id, rank, crm_kind, crm_id,
           min(crm_name) AS crm_name,
           min(owner_id) AS owner_id,
           string_agg(rule, ', ' ORDER BY rule) AS rule,
           string_agg(explanation, ', ' ORDER BY rule) AS explanation
      FROM match_candidate c
     WHERE NOT is_deleted AND NOT is_forbidden
       AND NOT EXISTS (SELECT
                         FROM match_pin p
                        WHERE p.connection = c.connection
                          AND p.pendo_kind = c.pendo_kind
                          AND p.pendo_id = c.pendo_id
                          AND p.verdict = 'pin')
     GROUP BY connection, pendo_kind, pendo_id, rank, crm_kind, crm_id)
SELECT connection, pendo_kind, pendo_id, crm_kind, crm_id, crm_name, owner_id,
       rank, rule, explanation,
       count(*) OVER (PARTITION BY connection, pendo_kind, pendo_id)
           AS candidates
  FROM (SELECT c.*,
               min(rank) OVER (PARTITION BY connection, pendo_kind, pendo_id)
                   AS least_rank
          FROM candidate c) AS ranked
 WHERE rank = least_rank;
REVOKE ALL ON match_decision FROM PUBLIC;
COMMENT ON VIEW match_decision IS
    'candidates of the rule that decides, of each Pendo record';
COMMENT ON COLUMN match_decision.connection IS 'CRM';
COMMENT ON COLUMN match_decision.pendo_kind IS 'account or visitor';
COMMENT ON COLUMN match_decision.pendo_id IS 'account_id or visitor_id';
COMMENT ON COLUMN match_decision.crm_kind IS 'account or contact';
COMMENT ON COLUMN match_decision.crm_id IS 'id in the CRM';
COMMENT ON COLUMN match_decision.crm_name IS 'name in the CRM';
COMMENT ON COLUMN match_decision.owner_id IS 'owner in the CRM';
COMMENT ON COLUMN match_decision.rank IS 'rank that decides';
COMMENT ON COLUMN match_decision.rule IS
    'rule, or rules of the same rank, that found it';
COMMENT ON COLUMN match_decision.explanation IS 'what both have in common';
COMMENT ON COLUMN match_decision.candidates IS
    'CRM records found: 1 is a match, more a conflict';
