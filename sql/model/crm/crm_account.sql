-- The CRM's companies, whatever the CRM.  Empty until there are tables of one; then
-- replaced by a view over those, with the same columns.
CREATE VIEW crm_account WITH (security_invoker = true) AS
SELECT NULL::name AS connection,
       NULL::text AS id,
       NULL::text AS name,
       NULL::text AS domain,
       NULL::text AS owner_id,
       NULL::text AS external_id,
       NULL::boolean AS is_deleted,
       NULL::timestamptz AS updated_at
 WHERE false;
REVOKE ALL ON crm_account FROM PUBLIC;
COMMENT ON VIEW crm_account IS 'companies in the CRMs, as match reads them';
COMMENT ON COLUMN crm_account.connection IS 'CRM: the server they come from';
COMMENT ON COLUMN crm_account.id IS 'id in that CRM';
COMMENT ON COLUMN crm_account.name IS 'name';
COMMENT ON COLUMN crm_account.domain IS 'domain or web address';
COMMENT ON COLUMN crm_account.owner_id IS 'owner in that CRM';
COMMENT ON COLUMN crm_account.external_id IS
    'id of the Pendo record, where the CRM keeps one';
COMMENT ON COLUMN crm_account.is_deleted IS 'deleted or merged into another';
COMMENT ON COLUMN crm_account.updated_at IS 'last change in the CRM';
