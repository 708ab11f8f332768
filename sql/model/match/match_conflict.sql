-- Pendo records for which the deciding rule finds several CRM records.  Nothing
-- is written to any of them until a person pins one, or forbids all but one.
CREATE VIEW match_conflict WITH (security_invoker = true) AS
SELECT connection, pendo_kind, pendo_id, rank, candidates,
       jsonb_agg(jsonb_build_object('crm_id', crm_id, 'name', crm_name,
                                    'owner_id', owner_id, 'rule', rule,
                                    'explanation', explanation)
                 ORDER BY crm_id) AS candidate_list
  FROM match_decision
 WHERE candidates > 1
 GROUP BY connection, pendo_kind, pendo_id, rank, candidates;
REVOKE ALL ON match_conflict FROM PUBLIC;
COMMENT ON VIEW match_conflict IS
    'Pendo records that could be several CRM records';
COMMENT ON COLUMN match_conflict.connection IS 'CRM';
COMMENT ON COLUMN match_conflict.pendo_kind IS 'account or visitor';
COMMENT ON COLUMN match_conflict.pendo_id IS 'account_id or visitor_id';
COMMENT ON COLUMN match_conflict.rank IS 'rank that is ambiguous';
COMMENT ON COLUMN match_conflict.candidates IS 'number of CRM records';
COMMENT ON COLUMN match_conflict.candidate_list IS
    'CRM records: crm_id, name, owner_id, rule, explanation';
