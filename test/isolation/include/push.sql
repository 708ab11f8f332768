-- What the specs on pushes begin with: one over a table, with that table as its source, to
-- a server that nothing is sent to.
CREATE SCHEMA local;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = 'hubspot_fdw') THEN
        CREATE FOREIGN DATA WRAPPER hubspot_fdw;
    END IF;
END $$;
CREATE SERVER crm FOREIGN DATA WRAPPER hubspot_fdw;
CREATE TABLE local.account (id text PRIMARY KEY, score int);
INSERT INTO local.account SELECT 'a' || i, i FROM generate_series(1, 3) i;
SELECT pendo.define_push('health', 'local.account', 'crm', 'companies', 'id', 'pendo_id', sources => '{"local.account": "id"}');
SELECT pendo.start_push('health');
SELECT pendo.run_push('health');
