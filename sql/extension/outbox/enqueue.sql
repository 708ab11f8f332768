-- Put an item into the outbox; it is sent once this transaction has committed.
-- In: the connection; the kind of record, as the remote API names it (companies, Account);
-- the key, and the remote field that holds it; the fields and their values, null to clear
-- one; operation upsert, update or create; links, records that a new one belongs to; class
-- signal goes before push; what wrote it; times between which it may be sent.
-- Out: the item's number.  Errors: no such connection, or none that can be written to; an
-- upsert without key_field; a field that is missing, or is none of those above.
CREATE FUNCTION pendo.enqueue(
    connection name,
    object text,
    key text,
    fields jsonb,
    operation text DEFAULT 'upsert',
    key_field text DEFAULT NULL,
    links jsonb DEFAULT NULL,
    class text DEFAULT 'push',
    source text DEFAULT NULL,
    not_before timestamptz DEFAULT NULL,
    expires_at timestamptz DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    item bigint;
BEGIN
    IF pendo._connector(connection) IS NULL THEN
        PERFORM pendo._check_connection(connection, is_crm => true);
    END IF;
    IF NOT pendo._is_item(object, key, fields, operation, key_field, links, class) THEN
        PERFORM pendo._check_item(object, key, fields, operation, key_field, links, class);
    END IF;
    INSERT INTO pendo.outbox AS o (connection, object, key, fields, operation, key_field, links,
                                   class, source, not_before, expires_at)
    VALUES (connection, object, key, fields, operation, key_field, links,
            class, source, not_before, expires_at)
    RETURNING o.item INTO item;
    RETURN item;
END
$$;
REVOKE ALL ON FUNCTION pendo.enqueue(name, text, text, jsonb, text, text, jsonb, text, text,
    timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION pendo.enqueue(name, text, text, jsonb, text, text, jsonb, text, text,
    timestamptz, timestamptz) IS 'put an item into the outbox';
