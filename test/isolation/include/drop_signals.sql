DO $$ BEGIN
    SET LOCAL client_min_messages = error;
    DROP SCHEMA live, local CASCADE;
    DELETE FROM pendo.model;
    DELETE FROM pendo.summary;
    DELETE FROM pendo.signal_state;
    TRUNCATE pendo.outbox;
    DROP SERVER hub, pendo CASCADE;
    IF EXISTS (SELECT FROM pg_foreign_data_wrapper w WHERE w.fdwname = 'hubspot_fdw'
                  AND obj_description(w.oid, 'pg_foreign_data_wrapper') = 'of the test') THEN
        DROP FOREIGN DATA WRAPPER hubspot_fdw;
    END IF;
END $$;
