-- Companies and people in one list, as the other side of a match.
CREATE VIEW crm_record WITH (security_invoker = true) AS
SELECT connection, 'account' AS crm_kind, 'account' AS pendo_kind, id, name,
       owner_id, external_id, domain, NULL::text AS email,
       coalesce(is_deleted, false) AS is_deleted
  FROM crm_account
UNION ALL
SELECT connection, 'contact', 'visitor', id, name,
       owner_id, external_id, NULL, email,
       coalesce(is_deleted, false)
  FROM crm_contact;
REVOKE ALL ON crm_record FROM PUBLIC;
COMMENT ON VIEW crm_record IS 'crm_account and crm_contact in one list';
COMMENT ON COLUMN crm_record.connection IS 'CRM';
COMMENT ON COLUMN crm_record.crm_kind IS 'account or contact';
COMMENT ON COLUMN crm_record.pendo_kind IS
    'what in Pendo it may match: account or visitor';
COMMENT ON COLUMN crm_record.id IS 'id in that CRM';
COMMENT ON COLUMN crm_record.name IS 'name';
COMMENT ON COLUMN crm_record.owner_id IS 'owner in that CRM';
COMMENT ON COLUMN crm_record.external_id IS
    'id of the Pendo record, where the CRM keeps one';
COMMENT ON COLUMN crm_record.domain IS 'of an account: domain or web address';
COMMENT ON COLUMN crm_record.email IS 'of a contact: e-mail address';
COMMENT ON COLUMN crm_record.is_deleted IS 'deleted or merged into another';
