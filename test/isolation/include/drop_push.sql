-- What the specs on pushes end with.
SELECT pendo.drop_push(name) FROM pendo.push;
DELETE FROM pendo.outbox;
DROP SCHEMA local CASCADE;
DROP SERVER crm;
DO $$ BEGIN
    IF (SELECT fdwhandler = 0 FROM pg_foreign_data_wrapper WHERE fdwname = 'hubspot_fdw') THEN
        DROP FOREIGN DATA WRAPPER hubspot_fdw;
    END IF;
END $$;
