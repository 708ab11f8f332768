-- Companies and people of CRMs in a model: local tables that pulls alone write, and views
-- over them.
\set server crt
\getenv abs_srcdir PG_ABS_SRCDIR
\set connect :abs_srcdir '/include/connect.sql'
\set drop :abs_srcdir '/include/drop.sql'
\set crm :abs_srcdir '/include/crm.sql'
\set drop_crm :abs_srcdir '/include/drop_crm.sql'
\i :connect
\i :crm
SET client_min_messages = warning;
SELECT count(*) > 10 AS some FROM pendo.create_model('crt', 'crt_local');
SET search_path = crt_local, public;
SELECT count(*) FROM crm_account;

-- What cannot be.
SELECT pendo.keep_crm_local('nonsense', 'crt_local');
SELECT pendo.keep_crm_local('crt', 'crt_local');
SELECT pendo.keep_crm_local('hub', 'nonsense');
SELECT pendo.keep_crm_local('hub', 'crt_local', account_external_id => 'nonsense');
SELECT count(*) FROM pg_class WHERE relname ~ '^hubspot_';

-- The tables, their pulls, the views.
SELECT * FROM pendo.keep_crm_local('hub', 'crt_local', account_external_id => 'Pendo_Account', is_scheduled => false);
SELECT * FROM crm_account;
SELECT time_column, key_columns, full_every, every FROM pendo.pull WHERE name = 'crt_local.hubspot_company';
SELECT obj_description('hubspot_company'::regclass), col_description('hubspot_company'::regclass, 3);
SET client_min_messages = notice;
CALL pendo.run_pull('crt_local.hubspot_company');
CALL pendo.run_pull('crt_local.hubspot_contact');
SET client_min_messages = warning;
SELECT * FROM crm_account ORDER BY id;
SELECT * FROM crm_contact ORDER BY id;
SELECT pendo.keep_crm_local('force', 'crt_local', account_external_id => 'Pendo_Key__c', is_scheduled => false);
CALL pendo.run_pull('crt_local.salesforce_account');
CALL pendo.run_pull('crt_local.salesforce_contact');
SELECT connection, id, name, domain, owner_id, external_id, is_deleted FROM crm_account ORDER BY 1, 2;
SELECT connection, id, name, email, owner_id, external_id FROM crm_contact ORDER BY 1, 2;
SELECT obj_description('crm_account'::regclass), col_description('crm_account'::regclass, 4);
SELECT relname, reloptions FROM pg_class WHERE oid IN ('crm_account'::regclass, 'crm_contact'::regclass) ORDER BY 1;

-- They are ours, for an update of the extension as well.
SELECT object, state FROM pendo.upgrade_model('crt');
UPDATE pendo.model_object SET definition_hash = 'as once printed' WHERE connection = 'crt' AND definition_hash IS NOT NULL;
SELECT object, state FROM pendo.upgrade_model('crt');
UPDATE pendo.model_object SET statements = statements || ' ' WHERE connection = 'crt' AND file = 'crm/crm_account.sql';
SELECT object, state FROM pendo.upgrade_model('crt', apply => true);
SELECT object, state FROM pendo.upgrade_model('crt');
SELECT count(*) FROM crm_account;

-- Real changes alone reach a team's triggers, and a trigger of the pull's is no way in.
CREATE TABLE seen (what text, is_backfill boolean);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO seen VALUES (concat_ws(' ', TG_OP, coalesce(NEW.id, OLD.id), NEW.name, NEW.deleted_at IS NOT NULL), pendo.is_backfill());
    RETURN NULL;
END $$;
CREATE TRIGGER see AFTER INSERT OR UPDATE OR DELETE ON hubspot_company FOR EACH ROW EXECUTE FUNCTION see();
UPDATE crm_there.company SET name = 'Acme 2', hs_lastmodifieddate = now() WHERE id = '101';
INSERT INTO crm_there.company VALUES ('104', 'Delta', 'delta.example', '7', NULL, false, now());
CALL pendo.run_pull('crt_local.hubspot_company');
SELECT * FROM seen ORDER BY 1;
TRUNCATE seen;
CALL pendo.run_pull('crt_local.hubspot_company');
SELECT * FROM seen;
DELETE FROM crm_there.company WHERE id = '104';
SELECT pendo.recheck('crt_local.hubspot_company');
CALL pendo.run_pull('crt_local.hubspot_company');
SELECT * FROM seen;
SELECT id, is_deleted FROM crm_account WHERE id = '104';
CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE hubspot_company SET name = 'meddled' WHERE id = '102'; RETURN NULL; END $$;
CREATE TRIGGER meddle AFTER UPDATE ON hubspot_company FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION meddle();
UPDATE crm_there.company SET name = 'Acme 3', hs_lastmodifieddate = now() WHERE id = '101';
CALL pendo.run_pull('crt_local.hubspot_company');
SELECT name FROM hubspot_company ORDER BY 1;
DROP TRIGGER meddle ON hubspot_company;
SET client_min_messages = error;
CALL pendo.run_pull('crt_local.hubspot_company');
SET client_min_messages = warning;

-- Nobody else writes them: not the owner, not who may, not who pretends.
INSERT INTO hubspot_company (id) VALUES ('1');
UPDATE hubspot_company SET name = 'x' WHERE false;
TRUNCATE hubspot_contact;
SET pendo_fdw.is_backfill = on;
DELETE FROM salesforce_account;
RESET pendo_fdw.is_backfill;
CREATE ROLE regress_pendo_crm;
GRANT USAGE ON SCHEMA crt_local TO regress_pendo_crm;
GRANT ALL ON hubspot_company TO regress_pendo_crm;
SET ROLE regress_pendo_crm;
DELETE FROM hubspot_company;
RESET ROLE;
SELECT count(*) FROM hubspot_company;

-- A second HubSpot, and one whose tables got a column.
SET client_min_messages = error;
CREATE SERVER "hub 2" FOREIGN DATA WRAPPER hubspot_fdw;
DO $$ BEGIN
    EXECUTE format('ALTER SERVER "hub 2" OPTIONS (host %L, port %L, dbname %L)',
        split_part(current_setting('unix_socket_directories'), ',', 1), current_setting('port'), current_database());
    EXECUTE format('CREATE USER MAPPING FOR PUBLIC SERVER "hub 2" OPTIONS (user %L)', current_user);
END $$;
CREATE SCHEMA hub2;
CREATE FOREIGN TABLE hub2.company (id text, name text, hs_lastmodifieddate timestamptz) SERVER "hub 2" OPTIONS (schema_name 'crm_there');
SET client_min_messages = warning;
SELECT table_name, pull FROM pendo.keep_crm_local('hub 2', 'crt_local', is_scheduled => false);
SELECT table_name, pull FROM pendo.keep_crm_local('hub 2', 'crt_local');
CALL pendo.run_pull('crt_local.hubspot_company_hub 2');
SELECT connection, count(*), count(domain) AS domains FROM crm_account GROUP BY 1 ORDER BY 1;
ALTER FOREIGN TABLE hub2.company ADD COLUMN domain text, ADD COLUMN pendo_account text;
SELECT table_name FROM pendo.keep_crm_local('hub 2', 'crt_local', account_external_id => 'pendo_account');
CALL pendo.run_pull('crt_local.hubspot_company_hub 2');
SELECT connection, count(*), count(domain) AS domains, count(external_id) AS external_ids FROM crm_account GROUP BY 1 ORDER BY 1;
SELECT object, state FROM pendo.upgrade_model('crt');
-- Its connection gets another name.
ALTER SERVER "hub 2" RENAME TO hub3;
UPDATE pendo.pull SET connection = 'hub3' WHERE connection = 'hub 2';
SELECT table_name FROM pendo.keep_crm_local('hub3', 'crt_local');
SELECT DISTINCT connection FROM crm_account ORDER BY 1;
-- A CRM that is wanted no longer.
SELECT pendo.drop_pull('crt_local.hubspot_company_hub 2');
DELETE FROM pendo.crm_table WHERE connection = 'hub3';
SELECT object, state FROM pendo.upgrade_model('crt', apply => true);
DROP TABLE "hubspot_company_hub 2";
SELECT DISTINCT connection FROM crm_account ORDER BY 1;
SELECT object, state FROM pendo.upgrade_model('crt');

-- A view that the team made its own stays; so does ours after DROP EXTENSION.
CREATE OR REPLACE VIEW crm_contact WITH (security_invoker = true) AS
SELECT 'mine'::name AS connection, '1'::text AS id, 'n'::text AS name, 'e'::text AS email, 'o'::text AS owner_id,
       'x'::text AS external_id, false AS is_deleted, now() AS updated_at;
DO $$ BEGIN     -- what follows is told otherwise where there are workers
    SET LOCAL client_min_messages = notice;
    PERFORM pendo._replace_crm_views(m) FROM pendo.model m WHERE connection = 'crt';
END $$;
SELECT table_name FROM pendo.keep_crm_local('force', 'crt_local');
SELECT connection FROM crm_contact;
DELETE FROM pendo.model WHERE connection = 'crt';
DELETE FROM pendo.model_object WHERE connection = 'crt';
DELETE FROM pendo.crm_table;
SELECT count(*) > 10 FROM pendo.create_model('crt', 'crt_local');
SELECT table_name FROM pendo.keep_crm_local('force', 'crt_local', account_external_id => 'Pendo_Key__c');
SELECT DISTINCT connection FROM crm_account ORDER BY 1;

SELECT count(pendo.drop_pull(name)) FROM pendo.pull WHERE target_schema = 'crt_local';
DELETE FROM pendo.summary WHERE schema_name = 'crt_local';
DELETE FROM pendo.model WHERE connection = 'crt';
DELETE FROM pendo.crm_table;
DROP OWNED BY regress_pendo_crm;
DROP ROLE regress_pendo_crm;
DROP SCHEMA crt_local, hub2 CASCADE;
DROP SERVER hub3 CASCADE;
\i :drop_crm
\i :drop
