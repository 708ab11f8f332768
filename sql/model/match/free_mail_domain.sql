-- A team's changes to the shipped list: further domains, and with is_free false
-- shipped ones that make matches after all.
CREATE TABLE free_mail_domain (
    domain text PRIMARY KEY CHECK (domain <> '' AND domain = lower(domain)),
    is_free boolean NOT NULL DEFAULT true
);
REVOKE ALL ON free_mail_domain FROM PUBLIC;
COMMENT ON TABLE free_mail_domain IS
    'the team''s changes to free_mail_domain_default';
COMMENT ON COLUMN free_mail_domain.domain IS 'domain in lower case';
COMMENT ON COLUMN free_mail_domain.is_free IS
    'false: no domain of free mail, whatever is shipped';
