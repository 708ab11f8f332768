-- The rules in force.  One of a team's own is not in use before kind, rank,
-- method and a column are named.
CREATE VIEW effective_match_rule WITH (security_invoker = true) AS
SELECT *
  FROM (SELECT rule,
               coalesce(r.pendo_kind, d.pendo_kind) AS pendo_kind,
               coalesce(r.rank, d.rank) AS rank,
               coalesce(r.method, d.method) AS method,
               coalesce(r.pendo_column, d.pendo_column) AS pendo_column,
               coalesce(r.visitor_column, d.visitor_column) AS visitor_column,
               coalesce(r.connection, d.connection) AS connection,
               coalesce(r.strip_plus_tag, d.strip_plus_tag, false)
                   AS strip_plus_tag,
               coalesce(r.least_visitors, d.least_visitors, 1)
                   AS least_visitors,
               coalesce(r.is_enabled, d.is_enabled, true) AS is_enabled,
               r.rule IS NULL AS is_default
          FROM match_rule_default d
          FULL JOIN match_rule r USING (rule)) AS e
 WHERE pendo_kind IS NOT NULL AND rank IS NOT NULL AND method IS NOT NULL
   AND (pendo_column IS NOT NULL
        OR method = 'domain' AND visitor_column IS NOT NULL);
REVOKE ALL ON effective_match_rule FROM PUBLIC;
COMMENT ON VIEW effective_match_rule IS 'match rules in force';
COMMENT ON COLUMN effective_match_rule.rule IS 'name of the rule';
COMMENT ON COLUMN effective_match_rule.pendo_kind IS 'what it matches: account or visitor';
COMMENT ON COLUMN effective_match_rule.rank IS
    'the lowest rank that finds anything decides';
COMMENT ON COLUMN effective_match_rule.method IS
    'crm_id, external_id, email or domain';
COMMENT ON COLUMN effective_match_rule.pendo_column IS
    'column of the Pendo table that holds the value';
COMMENT ON COLUMN effective_match_rule.visitor_column IS
    'of domain: column of visitor that holds e-mail addresses';
COMMENT ON COLUMN effective_match_rule.connection IS
    'CRM that the rule is for; NULL means all';
COMMENT ON COLUMN effective_match_rule.strip_plus_tag IS
    'of email: take ann+test@example.org for ann@example.org';
COMMENT ON COLUMN effective_match_rule.least_visitors IS
    'of domain: so many visitors at least must have the domain';
COMMENT ON COLUMN effective_match_rule.is_enabled IS 'in use';
COMMENT ON COLUMN effective_match_rule.is_default IS 'as shipped';
