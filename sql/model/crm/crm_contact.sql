-- The CRM's people, whatever the CRM.  Empty until there are tables of one; then
-- replaced by a view over those, with the same columns.
CREATE VIEW crm_contact WITH (security_invoker = true) AS
SELECT NULL::name AS connection,
       NULL::text AS id,
       NULL::text AS name,
       NULL::text AS email,
       NULL::text AS owner_id,
       NULL::text AS external_id,
       NULL::boolean AS is_deleted,
       NULL::timestamptz AS updated_at
 WHERE false;
REVOKE ALL ON crm_contact FROM PUBLIC;
COMMENT ON VIEW crm_contact IS 'people in the CRMs, as match reads them';
COMMENT ON COLUMN crm_contact.connection IS 'CRM: the server they come from';
COMMENT ON COLUMN crm_contact.id IS 'id in that CRM';
COMMENT ON COLUMN crm_contact.name IS 'name';
COMMENT ON COLUMN crm_contact.email IS 'e-mail address';
COMMENT ON COLUMN crm_contact.owner_id IS 'owner in that CRM';
COMMENT ON COLUMN crm_contact.external_id IS
    'id of the Pendo record, where the CRM keeps one';
COMMENT ON COLUMN crm_contact.is_deleted IS 'deleted or merged into another';
COMMENT ON COLUMN crm_contact.updated_at IS 'last change in the CRM';
