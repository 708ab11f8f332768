-- Shipped match rules, surest first.  A rule compares a value of the Pendo record
-- with a value of the CRM record; the method says which and how:
--   crm_id       pendo_column holds the CRM's id (Salesforce's 15 and 18
--                characters are the same id)
--   external_id  pendo_column is what the CRM keeps as external_id
--   email        addresses, without regard to case
--   domain       pendo_column holds the account's domain; where it does not, the
--                one that most of its visitors' addresses (visitor_column) have
-- A column that a subscription does not have gives no value, and no error.
CREATE VIEW match_rule_default WITH (security_invoker = true) AS
SELECT *
  FROM (VALUES
       ('account_salesforce_id', 'account', 10, 'crm_id', 'salesforce_id',
        NULL, NULL::name, false, 1, true),
       ('account_hubspot_id', 'account', 11, 'crm_id', 'hubspot_id',
        NULL, NULL, false, 1, true),
       ('account_crm_id', 'account', 12, 'crm_id', 'custom_crm_id',
        NULL, NULL, false, 1, true),
       ('account_external_id', 'account', 20, 'external_id', 'account_id',
        NULL, NULL, false, 1, true),
       ('account_domain', 'account', 40, 'domain', 'agent_domain',
        'agent_email', NULL, false, 1, true),
       ('visitor_salesforce_id', 'visitor', 10, 'crm_id', 'salesforce_id',
        NULL, NULL, false, 1, true),
       ('visitor_hubspot_id', 'visitor', 11, 'crm_id', 'hubspot_id',
        NULL, NULL, false, 1, true),
       ('visitor_external_id', 'visitor', 20, 'external_id', 'visitor_id',
        NULL, NULL, false, 1, true),
       ('visitor_email', 'visitor', 30, 'email', 'agent_email',
        NULL, NULL, false, 1, true),
       ('visitor_id_email', 'visitor', 31, 'email', 'visitor_id',
        NULL, NULL, false, 1, true))
       AS r (rule, pendo_kind, rank, method, pendo_column, visitor_column,
             connection, strip_plus_tag, least_visitors, is_enabled);
REVOKE ALL ON match_rule_default FROM PUBLIC;
COMMENT ON VIEW match_rule_default IS
    'shipped match rules; change them in match_rule';
COMMENT ON COLUMN match_rule_default.rule IS 'name of the rule';
COMMENT ON COLUMN match_rule_default.pendo_kind IS 'what it matches: account or visitor';
COMMENT ON COLUMN match_rule_default.rank IS
    'the lowest rank that finds anything decides';
COMMENT ON COLUMN match_rule_default.method IS
    'crm_id, external_id, email or domain';
COMMENT ON COLUMN match_rule_default.pendo_column IS
    'column of the Pendo table that holds the value';
COMMENT ON COLUMN match_rule_default.visitor_column IS
    'of domain: column of visitor that holds e-mail addresses';
COMMENT ON COLUMN match_rule_default.connection IS
    'CRM that the rule is for; NULL means all';
COMMENT ON COLUMN match_rule_default.strip_plus_tag IS
    'of email: take ann+test@example.org for ann@example.org';
COMMENT ON COLUMN match_rule_default.least_visitors IS
    'of domain: so many visitors at least must have the domain';
COMMENT ON COLUMN match_rule_default.is_enabled IS 'in use';
