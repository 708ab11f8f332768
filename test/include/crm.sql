-- CRMs without a network: connections "hub" and "force" whose live tables are tables of this
-- database, in schema crm_there, seen through postgres_fdw under the names of the CRMs'
-- wrappers.  drop_crm.sql takes it all away.
SET client_min_messages = error;
CREATE EXTENSION postgres_fdw;
CREATE TABLE public.real_wrapper AS
SELECT fdwname, fdwhandler::regproc, fdwvalidator::regproc FROM pg_foreign_data_wrapper
 WHERE fdwname IN ('hubspot_fdw', 'salesforce_fdw');
DO $$
DECLARE
    wrapper text;
    server text;
BEGIN
    FOREACH wrapper IN ARRAY '{hubspot_fdw,salesforce_fdw}'::text[] LOOP
        EXECUTE format('%s FOREIGN DATA WRAPPER %I HANDLER postgres_fdw_handler VALIDATOR postgres_fdw_validator',
            CASE WHEN EXISTS (SELECT FROM public.real_wrapper WHERE fdwname = wrapper)
                 THEN 'ALTER' ELSE 'CREATE' END, wrapper);
    END LOOP;
    FOREACH server IN ARRAY '{hub,force}'::text[] LOOP
        EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER %I OPTIONS (host %L, port %L, dbname %L)', server,
            CASE server WHEN 'hub' THEN 'hubspot_fdw' ELSE 'salesforce_fdw' END,
            split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database());
        EXECUTE format('CREATE USER MAPPING FOR PUBLIC SERVER %I OPTIONS (user %L, password_required ''false'')',
            server, current_user);
    END LOOP;
END $$;
CREATE SCHEMA crm_there
    CREATE TABLE company (id text, name text, domain text, hubspot_owner_id text, pendo_account text,
                          archived boolean, hs_lastmodifieddate timestamptz)
    CREATE TABLE contact (id text, firstname text, lastname text, email text, hubspot_owner_id text,
                          archived boolean, lastmodifieddate timestamptz)
    CREATE TABLE account (id text, name text, website text, owner_id text, pendo_key__c text,
                          is_deleted boolean, system_modstamp timestamptz)
    CREATE TABLE person (id text, name text, email text, owner_id text, is_deleted boolean,
                         system_modstamp timestamptz);
CREATE SCHEMA hub;
CREATE FOREIGN TABLE hub.company (id text, name text, domain text, hubspot_owner_id text, pendo_account text,
    archived boolean, hs_lastmodifieddate timestamptz) SERVER hub OPTIONS (schema_name 'crm_there');
CREATE FOREIGN TABLE hub.contact (id text, firstname text, lastname text, email text, hubspot_owner_id text,
    archived boolean, lastmodifieddate timestamptz) SERVER hub OPTIONS (schema_name 'crm_there');
COMMENT ON FOREIGN TABLE hub.company IS 'companies';
COMMENT ON COLUMN hub.company.domain IS 'domain of the company';
CREATE SCHEMA force;
CREATE FOREIGN TABLE force.account (id text, name text, website text, owner_id text, pendo_key__c text,
    is_deleted boolean, system_modstamp timestamptz) SERVER force OPTIONS (schema_name 'crm_there');
CREATE FOREIGN TABLE force.contact (id text, name text, email text, owner_id text, is_deleted boolean,
    system_modstamp timestamptz) SERVER force OPTIONS (schema_name 'crm_there', table_name 'person');
INSERT INTO crm_there.company VALUES
    ('101', 'Acme', 'acme.com', '7', 'acme', false, '2024-06-01'), ('102', 'Beta', 'beta.io', NULL, 'beta', false, '2024-06-01'),
    ('103', 'Gone', 'gone.example', '8', 'gone', true, '2024-06-01');
INSERT INTO crm_there.contact VALUES
    ('201', 'Ann', 'Lee', 'ann@acme.com', '9', false, '2024-06-01'), ('202', NULL, 'Bob', 'bob@beta.io', NULL, NULL, '2024-06-01');
INSERT INTO crm_there.account VALUES
    ('001A', 'Acme Inc.', 'https://www.acme.com', '005A', 'acme', false, '2024-06-01');
INSERT INTO crm_there.person VALUES
    ('003A', 'Ann Lee', 'ann@acme.com', '005B', false, '2024-06-01');
RESET client_min_messages;
