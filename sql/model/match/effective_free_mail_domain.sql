-- The list in force.
CREATE VIEW effective_free_mail_domain WITH (security_invoker = true) AS
SELECT domain
  FROM free_mail_domain_default
UNION
SELECT domain
  FROM free_mail_domain
 WHERE is_free
EXCEPT
SELECT domain
  FROM free_mail_domain
 WHERE NOT is_free;
REVOKE ALL ON effective_free_mail_domain FROM PUBLIC;
COMMENT ON VIEW effective_free_mail_domain IS
    'domains of free mail, which never make a match';
COMMENT ON COLUMN effective_free_mail_domain.domain IS 'domain in lower case';
