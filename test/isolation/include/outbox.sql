-- An outbox and what takes from it, with no connection that could be reached.
CREATE SERVER crm FOREIGN DATA WRAPPER hubspot_fdw OPTIONS (environment 'test', expected_org '1');
CREATE SCHEMA box;
CREATE TABLE box.taken (n serial, key text, fields text);

-- Write a key's value.
CREATE FUNCTION box.put(key text, value text) RETURNS void
LANGUAGE sql
AS $$ INSERT INTO pendo.outbox (connection, object, key_field, key, fields)
      VALUES ('crm', 'companies', 'external_id', key, jsonb_build_object('name', value)) $$;

-- Take up what can be taken; by and by the lanes' marks move on.
CREATE FUNCTION box.take() RETURNS TABLE (key text, fields text)
LANGUAGE plpgsql
AS $$
DECLARE
    held pendo.lane[];
    t record;
BEGIN
    FOR i IN 1 .. 500 LOOP      -- who has just committed may still seem to be at work
        SELECT array_agg(l::pendo.lane) INTO held FROM pendo._take_lanes('crm') l WHERE l.lane < 8;
        EXIT WHEN held IS NOT NULL;
        PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
    END LOOP;
    t := pendo._take_items(pendo._destination_of('crm'), 'push', 100, held);
    PERFORM pendo._keep_marks(t.lanes, false);
    RETURN QUERY SELECT i ->> 'key', i ->> 'fields'
                   FROM unnest(t.works) w, jsonb_array_elements(w -> 'items') i ORDER BY 1;
    INSERT INTO pendo.delivery (item, connection, object, operation, key, outcome)
    SELECT (i ->> 'item')::bigint, 'crm', 'companies', 'upsert', i ->> 'key', 'delivered'
      FROM unnest(t.works) w, jsonb_array_elements(w -> 'items') i;
END
$$;

CREATE VIEW box.outcome AS
SELECT key, outcome FROM pendo.delivery ORDER BY id;
