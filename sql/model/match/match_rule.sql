-- A team's changes to the shipped rules, and rules of its own.  NULL means: as
-- shipped.  INSERT INTO match_rule (rule, is_enabled) VALUES ('account_domain',
-- false) turns one off.
CREATE TABLE match_rule (
    rule text PRIMARY KEY CHECK (rule <> ''),
    pendo_kind text CHECK (pendo_kind IN ('account', 'visitor')),
    rank integer,
    method text CHECK (method IN ('crm_id', 'external_id', 'email', 'domain')),
    pendo_column text,
    visitor_column text,
    connection name,
    strip_plus_tag boolean,
    least_visitors integer CHECK (least_visitors > 0),
    is_enabled boolean,
    CHECK (method <> 'domain' OR pendo_kind <> 'visitor'),
    CHECK (method <> 'email' OR pendo_kind <> 'account')
);
REVOKE ALL ON match_rule FROM PUBLIC;
COMMENT ON TABLE match_rule IS
    'the team''s match rules, over match_rule_default; NULL is as shipped';
COMMENT ON COLUMN match_rule.rule IS 'name of the rule';
COMMENT ON COLUMN match_rule.pendo_kind IS 'what it matches: account or visitor';
COMMENT ON COLUMN match_rule.rank IS
    'the lowest rank that finds anything decides';
COMMENT ON COLUMN match_rule.method IS
    'crm_id, external_id, email or domain';
COMMENT ON COLUMN match_rule.pendo_column IS
    'column of the Pendo table that holds the value';
COMMENT ON COLUMN match_rule.visitor_column IS
    'of domain: column of visitor that holds e-mail addresses';
COMMENT ON COLUMN match_rule.connection IS
    'CRM that the rule is for; NULL means all';
COMMENT ON COLUMN match_rule.strip_plus_tag IS
    'of email: take ann+test@example.org for ann@example.org';
COMMENT ON COLUMN match_rule.least_visitors IS
    'of domain: so many visitors at least must have the domain';
COMMENT ON COLUMN match_rule.is_enabled IS 'in use';
