-- What each rule finds in each record, of either side, made comparable: the one
-- place where values are normalised.
--   crm_id, external_id  blanks around are dropped, case counts
--   email   lower case; what has not one @ with something on both sides is none
--   domain  of an address, a URL or a bare name: host in lower case without
--           "www.", port, path and final dot; free mail is none
-- Besides the sides "pendo" and "crm" there is "member": addresses of an
-- account's visitors, of which account_domain takes the majority.
CREATE VIEW match_value WITH (security_invoker = true) AS
WITH rule AS (
    SELECT * FROM effective_match_rule WHERE is_enabled),
raw AS (
    SELECT 'pendo' AS side, NULL::name AS connection, p.pendo_kind,
           p.id, r.rule, r.method, r.strip_plus_tag,
           p.data ->> r.pendo_column AS value,
           NULL::text AS name, NULL::text AS owner_id, false AS is_deleted
      FROM pendo_record p
      JOIN rule r ON r.pendo_kind = p.pendo_kind
    UNION ALL
    SELECT 'member', NULL, r.pendo_kind, m.account_id, r.rule, r.method,
           r.strip_plus_tag, p.data ->> r.visitor_column,
           NULL, NULL, false
      FROM pendo_record p
      JOIN rule r ON r.method = 'domain' AND r.visitor_column IS NOT NULL
     CROSS JOIN LATERAL (
           SELECT DISTINCT account_id    -- of all its accounts, else of the last
             FROM jsonb_array_elements_text(
                  CASE jsonb_typeof(p.data -> 'auto_accountids')
                  WHEN 'array' THEN p.data -> 'auto_accountids'
                  ELSE jsonb_build_array(p.data -> 'auto_accountid') END)
                  AS a (account_id)
            WHERE account_id <> '') AS m
     WHERE p.pendo_kind = 'visitor'
    UNION ALL
    SELECT 'crm', c.connection, c.pendo_kind, c.id, r.rule, r.method,
           r.strip_plus_tag,
           CASE r.method WHEN 'crm_id' THEN c.id
                         WHEN 'external_id' THEN c.external_id
                         WHEN 'email' THEN c.email
                         WHEN 'domain' THEN c.domain END,
           c.name, c.owner_id, c.is_deleted
      FROM crm_record c
      JOIN rule r ON r.pendo_kind = c.pendo_kind
                 AND coalesce(r.connection, c.connection) = c.connection
     WHERE c.id <> '')
SELECT n.side, n.connection, n.pendo_kind, n.id, n.rule, n.method,
       v.value,
       CASE WHEN n.method = 'crm_id' AND v.value ~ '^[A-Za-z0-9]{18}$'
            THEN left(v.value, 15) ELSE v.value END AS key,
       NULL::text AS origin,
       n.name, n.owner_id, n.is_deleted
  FROM raw n
 CROSS JOIN LATERAL (
       SELECT CASE n.method
              WHEN 'email' THEN
                  CASE WHEN n.strip_plus_tag
                       THEN regexp_replace(lower(btrim(n.value)),
                                           '^([^@+]+)\+[^@]*@', '\1@')
                       ELSE lower(btrim(n.value)) END
              WHEN 'domain' THEN
                  rtrim(regexp_replace(regexp_replace(lower(btrim(n.value)),
                            '^([a-z][a-z0-9+.-]*://)?([^@/]*@)?(www\.)?', ''),
                            '[/:?#].*$', ''), '.')
              ELSE btrim(n.value) END AS value
       OFFSET 0) AS v                   -- once, however often it is used
 WHERE n.value IS NOT NULL
   AND CASE n.method
       WHEN 'email' THEN v.value ~ '^[^@[:space:]]+@[^@[:space:]]+$'
       WHEN 'domain' THEN v.value ~ '^[^@/:[:space:]]+\.[^@/:.[:space:]]+$'
                      AND v.value <> ALL (ARRAY(
                          SELECT f.domain FROM effective_free_mail_domain f))
       ELSE v.value <> '' END;
REVOKE ALL ON match_value FROM PUBLIC;
COMMENT ON VIEW match_value IS
    'what each match rule finds in each record, normalised';
COMMENT ON COLUMN match_value.side IS
    'pendo, crm, or member: of an account''s visitor';
COMMENT ON COLUMN match_value.connection IS 'of side crm: CRM';
COMMENT ON COLUMN match_value.pendo_kind IS 'account or visitor';
COMMENT ON COLUMN match_value.id IS
    'of the record; of side member the account, once a visitor';
COMMENT ON COLUMN match_value.rule IS 'rule';
COMMENT ON COLUMN match_value.method IS 'its method';
COMMENT ON COLUMN match_value.value IS 'the value, normalised';
COMMENT ON COLUMN match_value.key IS
    'what is looked up: the value, of an id of 18 characters the first 15';
COMMENT ON COLUMN match_value.origin IS
    'where the value comes from, where that needs words; here NULL';
COMMENT ON COLUMN match_value.name IS 'of side crm: name of the record';
COMMENT ON COLUMN match_value.owner_id IS 'of side crm: owner of the record';
COMMENT ON COLUMN match_value.is_deleted IS
    'of side crm: the record is deleted';
