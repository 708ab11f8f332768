-- The domain of each account: what its metadata says, else the one that more
-- than half of its visitors' addresses have.  Free mail was left out before, so
-- four colleagues among six private addresses make a majority of four in four.
CREATE VIEW account_domain WITH (security_invoker = true) AS
WITH counted AS (
    SELECT id, rule, value, count(*) AS visitors,
           sum(count(*)) OVER (PARTITION BY id, rule) AS of_visitors
      FROM match_value
     WHERE side = 'member'
     GROUP BY id, rule, value),
majority AS (
    SELECT c.*
      FROM counted c
      JOIN effective_match_rule r USING (rule)
     WHERE 2 * c.visitors > c.of_visitors
       AND c.visitors >= r.least_visitors),
named AS (
    SELECT id, rule, value
      FROM match_value
     WHERE side = 'pendo' AND method = 'domain'
       AND pendo_kind = 'account')    -- so that no visitor is read
SELECT id AS account_id,
       rule,
       coalesce(n.value, m.value) AS domain,
       CASE WHEN n.value IS NULL THEN m.visitors END AS visitors,
       CASE WHEN n.value IS NULL THEN m.of_visitors::bigint END AS of_visitors
  FROM named n
  FULL JOIN majority m USING (id, rule);
REVOKE ALL ON account_domain FROM PUBLIC;
COMMENT ON VIEW account_domain IS 'domain of each account';
COMMENT ON COLUMN account_domain.account_id IS 'account';
COMMENT ON COLUMN account_domain.rule IS 'match rule that found it';
COMMENT ON COLUMN account_domain.domain IS 'domain in lower case';
COMMENT ON COLUMN account_domain.visitors IS
    'visitors whose address has it; NULL if metadata names it';
COMMENT ON COLUMN account_domain.of_visitors IS
    'visitors whose address has any domain but free mail''s; NULL if metadata names it';
