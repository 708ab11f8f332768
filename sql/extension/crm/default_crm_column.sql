-- What is assumed of the live tables of CRMs: which object fills which local table, under
-- which view of the model it lies, and which of its columns the view's columns are.  Of
-- several rows for one column the first counts whose columns are all there; more than one
-- column are joined by a blank.
CREATE VIEW pendo._default_crm_column AS
SELECT v.*
  FROM (VALUES
        ('hubspot', 'company', 'hubspot_company', 'crm_account', 'id', 1, '{id}'::name[]),
        ('hubspot', 'company', 'hubspot_company', 'crm_account', 'id', 2, '{hs_object_id}'),
        ('hubspot', 'company', 'hubspot_company', 'crm_account', 'name', 1, '{name}'),
        ('hubspot', 'company', 'hubspot_company', 'crm_account', 'domain', 1, '{domain}'),
        ('hubspot', 'company', 'hubspot_company', 'crm_account', 'domain', 2, '{website}'),
        ('hubspot', 'company', 'hubspot_company', 'crm_account', 'owner_id', 1, '{owner_id}'),
        ('hubspot', 'company', 'hubspot_company', 'crm_account', 'owner_id', 2, '{hubspot_owner_id}'),
        ('hubspot', 'company', 'hubspot_company', 'crm_account', 'is_deleted', 1, '{is_archived}'),
        ('hubspot', 'company', 'hubspot_company', 'crm_account', 'is_deleted', 2, '{archived}'),
        ('hubspot', 'company', 'hubspot_company', 'crm_account', 'is_deleted', 3, '{is_deleted}'),
        ('hubspot', 'company', 'hubspot_company', 'crm_account', 'updated_at', 1, '{hs_lastmodifieddate}'),
        ('hubspot', 'company', 'hubspot_company', 'crm_account', 'updated_at', 2, '{updated_at}'),
        ('hubspot', 'contact', 'hubspot_contact', 'crm_contact', 'id', 1, '{id}'),
        ('hubspot', 'contact', 'hubspot_contact', 'crm_contact', 'id', 2, '{hs_object_id}'),
        ('hubspot', 'contact', 'hubspot_contact', 'crm_contact', 'name', 1, '{first_name,last_name}'),
        ('hubspot', 'contact', 'hubspot_contact', 'crm_contact', 'name', 2, '{firstname,lastname}'),
        ('hubspot', 'contact', 'hubspot_contact', 'crm_contact', 'email', 1, '{email}'),
        ('hubspot', 'contact', 'hubspot_contact', 'crm_contact', 'owner_id', 1, '{owner_id}'),
        ('hubspot', 'contact', 'hubspot_contact', 'crm_contact', 'owner_id', 2, '{hubspot_owner_id}'),
        ('hubspot', 'contact', 'hubspot_contact', 'crm_contact', 'is_deleted', 1, '{is_archived}'),
        ('hubspot', 'contact', 'hubspot_contact', 'crm_contact', 'is_deleted', 2, '{archived}'),
        ('hubspot', 'contact', 'hubspot_contact', 'crm_contact', 'is_deleted', 3, '{is_deleted}'),
        ('hubspot', 'contact', 'hubspot_contact', 'crm_contact', 'updated_at', 1, '{lastmodifieddate}'),
        ('hubspot', 'contact', 'hubspot_contact', 'crm_contact', 'updated_at', 2, '{updated_at}'),
        ('salesforce', 'account', 'salesforce_account', 'crm_account', 'id', 1, '{id}'),
        ('salesforce', 'account', 'salesforce_account', 'crm_account', 'name', 1, '{name}'),
        ('salesforce', 'account', 'salesforce_account', 'crm_account', 'domain', 1, '{website}'),
        ('salesforce', 'account', 'salesforce_account', 'crm_account', 'owner_id', 1, '{owner_id}'),
        ('salesforce', 'account', 'salesforce_account', 'crm_account', 'owner_id', 2, '{ownerid}'),
        ('salesforce', 'account', 'salesforce_account', 'crm_account', 'is_deleted', 1, '{is_deleted}'),
        ('salesforce', 'account', 'salesforce_account', 'crm_account', 'is_deleted', 2, '{isdeleted}'),
        ('salesforce', 'account', 'salesforce_account', 'crm_account', 'updated_at', 1, '{updated_at}'),
        ('salesforce', 'account', 'salesforce_account', 'crm_account', 'updated_at', 2, '{system_modstamp}'),
        ('salesforce', 'account', 'salesforce_account', 'crm_account', 'updated_at', 3, '{systemmodstamp}'),
        ('salesforce', 'contact', 'salesforce_contact', 'crm_contact', 'id', 1, '{id}'),
        ('salesforce', 'contact', 'salesforce_contact', 'crm_contact', 'name', 1, '{name}'),
        ('salesforce', 'contact', 'salesforce_contact', 'crm_contact', 'name', 2, '{first_name,last_name}'),
        ('salesforce', 'contact', 'salesforce_contact', 'crm_contact', 'email', 1, '{email}'),
        ('salesforce', 'contact', 'salesforce_contact', 'crm_contact', 'owner_id', 1, '{owner_id}'),
        ('salesforce', 'contact', 'salesforce_contact', 'crm_contact', 'owner_id', 2, '{ownerid}'),
        ('salesforce', 'contact', 'salesforce_contact', 'crm_contact', 'is_deleted', 1, '{is_deleted}'),
        ('salesforce', 'contact', 'salesforce_contact', 'crm_contact', 'is_deleted', 2, '{isdeleted}'),
        ('salesforce', 'contact', 'salesforce_contact', 'crm_contact', 'updated_at', 1, '{updated_at}'),
        ('salesforce', 'contact', 'salesforce_contact', 'crm_contact', 'updated_at', 2, '{system_modstamp}'),
        ('salesforce', 'contact', 'salesforce_contact', 'crm_contact', 'updated_at', 3, '{systemmodstamp}'))
       AS v (connector, object, table_name, view_name, view_column, rank, columns);
REVOKE ALL ON pendo._default_crm_column FROM PUBLIC;
COMMENT ON VIEW pendo._default_crm_column IS 'what is assumed of the live tables of CRMs';
COMMENT ON COLUMN pendo._default_crm_column.connector IS 'kind of CRM';
COMMENT ON COLUMN pendo._default_crm_column.object IS 'what the live table shows';
COMMENT ON COLUMN pendo._default_crm_column.table_name IS 'local table';
COMMENT ON COLUMN pendo._default_crm_column.view_name IS 'view of the model over it';
COMMENT ON COLUMN pendo._default_crm_column.view_column IS 'column of that view';
COMMENT ON COLUMN pendo._default_crm_column.rank IS 'the first counts whose columns are there';
COMMENT ON COLUMN pendo._default_crm_column.columns IS
    'columns of the live table; several are joined by a blank';
