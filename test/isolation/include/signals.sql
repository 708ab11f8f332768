-- What the specs of signals begin with: a model over live tables that are never asked, one
-- CRM behind a wrapper without a handler, two detractors that match there.
CREATE SCHEMA live;
CREATE SERVER pendo FOREIGN DATA WRAPPER pendo_fdw OPTIONS (time_zone 'UTC');
DO $$
DECLARE
    live record;
BEGIN
    SET LOCAL client_min_messages = error;
    FOR live IN
        SELECT format('CREATE FOREIGN TABLE live.%I (%s) SERVER pendo OPTIONS (object %L%s)', o.table_name,
                   string_agg(format('%I %s', o.column_name, o.type), ', ' ORDER BY o.position), o.table_name,
                   ', period ' || quote_literal(o.period)) AS statement,
               format('CREATE FOREIGN TABLE live.%I (%s) SERVER pendo OPTIONS (object %L)', o.table_name,
                   string_agg(format('%I %s', o.column_name, o.type), ', ' ORDER BY o.position), o.table_name) AS without
          FROM pendo._offered_column(NULL, 'day') o GROUP BY o.table_name, o.period
    LOOP
        EXECUTE coalesce(live.statement, live.without);
    END LOOP;
    IF NOT EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = 'hubspot_fdw') THEN
        CREATE FOREIGN DATA WRAPPER hubspot_fdw;
        COMMENT ON FOREIGN DATA WRAPPER hubspot_fdw IS 'of the test';
    END IF;
    CREATE SERVER hub FOREIGN DATA WRAPPER hubspot_fdw;
    PERFORM pendo.create_model('pendo', 'local');
    UPDATE pendo.model SET created_at = now() - interval '10 days';
    PERFORM pendo._make_partitions('local.nps_response', now() - interval '9 days', now(), 'UTC');
    INSERT INTO local.account (account_id) VALUES ('acme');
    INSERT INTO local.nps_response (browser_time, visitor_id, account_id, poll_id, score)
    SELECT now() - i * interval '1 hour', 'v' || i, 'acme', 'p', 6 - i FROM generate_series(1, 2) i;
    CREATE OR REPLACE VIEW local.crm_account WITH (security_invoker = true) AS
    SELECT 'hub'::name AS connection, '1'::text AS id, 'Acme'::text AS name, NULL::text AS domain, NULL::text AS owner_id,
           'acme'::text AS external_id, false AS is_deleted, now() AS updated_at;
END $$;
