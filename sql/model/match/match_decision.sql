-- For each Pendo record and CRM the candidates of the lowest rank that has any.
-- Higher ranks are not asked, even where the lowest one is ambiguous: that a
-- weaker rule finds one record does not make it the right one of two.  Records
-- that people pinned are left to the pin.  Rules are put in order only where there
-- are several, for whose sake all rows would have to be sorted.
CREATE VIEW match_decision WITH (security_invoker = true) AS
WITH candidate AS (
    SELECT connection, pendo_kind, pendo_id, rank, crm_kind, crm_id,
           min(crm_name) AS crm_name,
           min(owner_id) AS owner_id,
           count(*) AS rules,
           array_agg(rule) AS rule,
           array_agg(explanation) AS explanation
      FROM (SELECT c.*,
                   EXISTS (SELECT
                             FROM match_pin p
                            WHERE p.connection = c.connection
                              AND p.pendo_kind = c.pendo_kind
                              AND p.pendo_id = c.pendo_id
                              AND p.verdict = 'pin') AS is_pinned
              FROM match_candidate c
             WHERE NOT is_deleted
            OFFSET 0) AS c              -- looked up row by row: no nested loop
     WHERE NOT is_forbidden AND NOT is_pinned
     GROUP BY connection, pendo_kind, pendo_id, rank, crm_kind, crm_id)
SELECT connection, pendo_kind, pendo_id, crm_kind, crm_id, crm_name, owner_id,
       rank,
       CASE rules WHEN 1 THEN rule[1]
                  ELSE (SELECT string_agg(r, ', ' ORDER BY r)
                          FROM unnest(rule) AS r) END AS rule,
       CASE rules WHEN 1 THEN explanation[1]
                  ELSE (SELECT string_agg(e, ', ' ORDER BY r)
                          FROM unnest(rule, explanation) AS u (r, e)) END
           AS explanation,
       candidates
  FROM (SELECT c.*,
               rank() OVER by_rank AS place,
               count(*) OVER by_rank AS candidates     -- of this rank and less
          FROM candidate c
        WINDOW by_rank AS (PARTITION BY connection, pendo_kind, pendo_id
                           ORDER BY rank)) AS ranked
 WHERE place = 1;
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
