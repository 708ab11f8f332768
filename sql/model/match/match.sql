-- The pairs to act on: pinned by people, or the only candidate of the rule that
-- decides.  Several Pendo records may share one CRM record (two workspaces of a
-- customer): whoever writes to it must add them up, or take shared_by = 1.
CREATE VIEW match WITH (security_invoker = true) AS
SELECT connection, pendo_kind, pendo_id, crm_kind, crm_id, crm_name, owner_id,
       rule, explanation,
       count(*) OVER (PARTITION BY connection, pendo_kind, crm_kind, crm_id)
           AS shared_by
  FROM (SELECT connection, pendo_kind, pendo_id, crm_kind, crm_id, crm_name,
               owner_id, rule, explanation
          FROM match_decision
         WHERE candidates = 1
        UNION ALL
        SELECT n.connection, n.pendo_kind, n.pendo_id, c.crm_kind, c.id,
               c.name, c.owner_id, 'pin',
               format('pinned by %s%s', n.decided_by, ': ' || n.note)
          FROM match_pin n
          JOIN pendo_record p ON p.pendo_kind = n.pendo_kind
                             AND p.id = n.pendo_id
          JOIN crm_record c ON c.connection = n.connection
                           AND c.pendo_kind = n.pendo_kind AND c.id = n.crm_id
         WHERE n.verdict = 'pin' AND NOT c.is_deleted) AS m;
REVOKE ALL ON match FROM PUBLIC;
COMMENT ON VIEW match IS
    'Pendo records and the CRM records that they are; at most one a CRM';
COMMENT ON COLUMN match.connection IS 'CRM';
COMMENT ON COLUMN match.pendo_kind IS 'account or visitor';
COMMENT ON COLUMN match.pendo_id IS 'account_id or visitor_id';
COMMENT ON COLUMN match.crm_kind IS 'account or contact';
COMMENT ON COLUMN match.crm_id IS 'id in the CRM';
COMMENT ON COLUMN match.crm_name IS 'name in the CRM';
COMMENT ON COLUMN match.owner_id IS 'owner in the CRM';
COMMENT ON COLUMN match.rule IS 'rule that made the match, or pin';
COMMENT ON COLUMN match.explanation IS 'what both have in common';
COMMENT ON COLUMN match.shared_by IS
    'Pendo records that match this CRM record';
