-- Is an item as the outbox wants it?  No SET, so that it is inlined: enqueue() asks for each.
CREATE FUNCTION pendo._is_item(object text, key text, fields jsonb, operation text, key_field text,
                               links jsonb, class text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(object <> '' AND key <> '' AND jsonb_typeof(fields) = 'object'
                  AND operation = ANY ('{upsert,update,create}'::text[])
                  AND (operation <> 'upsert' OR key_field IS NOT NULL) AND coalesce(key_field <> '', true)
                  AND class = ANY ('{signal,push}'::text[])
                  AND coalesce(jsonb_typeof(links) = 'array', true), false);
END;
REVOKE ALL ON FUNCTION pendo._is_item(text, text, jsonb, text, text, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._is_item(text, text, jsonb, text, text, jsonb, text) IS
    'is an item as the outbox wants it?';

-- Raise why an item is not; the outbox's own checks say the same without names and values.
CREATE FUNCTION pendo._check_item(object text, key text, fields jsonb, operation text, key_field text,
                                  links jsonb, class text)
RETURNS void
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF coalesce(object, '') = '' THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'an item needs an object',
            HINT = 'Name the kind of record as the remote API does: companies, Account.';
    ELSIF coalesce(key, '') = '' THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'an item needs a key',
            DETAIL = format('It is for %s.', object),
            HINT = 'The key says which record it is. Leave rows without one out.';
    ELSIF coalesce(jsonb_typeof(fields), '') <> 'object' THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('fields of an item are an object, not %s', coalesce(jsonb_typeof(fields), 'NULL')),
            HINT = 'Write {"remote field": value}; null clears a field.';
    ELSIF operation IS NULL OR operation NOT IN ('upsert', 'update', 'create') THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('unknown operation "%s"', operation),
            HINT = 'Use upsert, update or create.';
    ELSIF operation = 'upsert' AND key_field IS NULL THEN
        RAISE null_value_not_allowed USING
            MESSAGE = 'an upsert needs a key_field',
            DETAIL = 'Without a remote field that identifies a record, it would be made again each time.',
            HINT = 'Name one with unique values; or say operation => ''update'', where the key is a remote id, or ''create''.';
    ELSIF key_field = '' THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'a key_field has no name',
            HINT = 'Leave it out where the key is a remote id.';
    ELSIF class IS NULL OR class NOT IN ('signal', 'push') THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('unknown class "%s"', class),
            HINT = 'Use signal, which goes first, or push.';
    ELSIF jsonb_typeof(links) <> 'array' THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('links of an item are an array, not %s', jsonb_typeof(links)),
            HINT = 'Write [{"object": "companies", "id": "123"}].';
    END IF;
END
$$;
REVOKE ALL ON FUNCTION pendo._check_item(text, text, jsonb, text, text, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION pendo._check_item(text, text, jsonb, text, text, jsonb, text) IS
    'raise why an item cannot be';
