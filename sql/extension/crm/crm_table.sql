-- Local tables of CRMs: what the views crm_account and crm_contact of a model lie over.
CREATE TABLE pendo.crm_table (
    owner name NOT NULL DEFAULT current_user,
    schema_name name NOT NULL,
    table_name name NOT NULL,
    connection name NOT NULL,
    connector text NOT NULL,
    object text NOT NULL,
    view_name name NOT NULL CHECK (view_name IN ('crm_account', 'crm_contact')),
    external_id name,
    PRIMARY KEY (owner, schema_name, table_name)
);
ALTER TABLE pendo.crm_table ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON pendo.crm_table
    USING (owner = current_user) WITH CHECK (owner = current_user);
REVOKE ALL ON pendo.crm_table FROM PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('pendo.crm_table', '');
COMMENT ON TABLE pendo.crm_table IS
    'local tables of CRMs, which crm_account and crm_contact lie over; see pendo.keep_crm_local';
COMMENT ON COLUMN pendo.crm_table.owner IS 'role whose table it is';
COMMENT ON COLUMN pendo.crm_table.schema_name IS 'schema of the model';
COMMENT ON COLUMN pendo.crm_table.table_name IS 'the local table';
COMMENT ON COLUMN pendo.crm_table.connection IS 'the CRM';
COMMENT ON COLUMN pendo.crm_table.connector IS 'what kind of CRM that is';
COMMENT ON COLUMN pendo.crm_table.object IS 'what it holds';
COMMENT ON COLUMN pendo.crm_table.view_name IS 'the view over it: crm_account or crm_contact';
COMMENT ON COLUMN pendo.crm_table.external_id IS
    'column that holds the id of the Pendo record; NULL: the CRM keeps none';
